import { repositoryNamed } from '@umbracore/runtime/history';
import type { Action } from '../command.ts';

/** restic has the terminal; its exit code becomes ours. */
export const action: Action<object> = async (session, [name = '', ...args]) => {
  const { repositories, configuration } = await session.runtime();
  const backend = await repositories.backend(repositoryNamed(configuration, name), session.interrupt.signal);
  return backend.passThrough(args);
};
