import { UmbraError } from '@umbracore/contracts';
import { repositoryNamed } from '@umbracore/runtime/history';
import type { Session } from '../session.ts';

/** The engines that have a command of their own. */
const named = ['restic', 'borg'];

/** The engine has the terminal; its exit code becomes ours. */
export async function passThrough(session: Session, engine: string, name: string, args: readonly string[]) {
  const { repositories, configuration } = await session.runtime();
  const definition = repositoryNamed(configuration, name);
  const { backend: other } = definition;
  if (other !== engine && named.includes(other)) {
    throw new UmbraError('usage.invalid', `${name} is a repository of ${other}`, {
      hint: `Give it to that one: umbra ${other} ${name} -- …`,
    });
  }
  const backend = await repositories.backend(definition, session.interrupt.signal);
  return backend.passThrough(args);
}
