import { type CreateOperation, type RepositoryFacts, UmbraError } from '@umbracore/contracts';
import type { Borg } from '../borg.ts';
import { open } from './open.ts';

/** Makes the repository, with a key that lies in it and is opened by the password; its folder too if it is local. */
export async function create(borg: Borg, { sameChunkerAs, ...operation }: CreateOperation): Promise<RepositoryFacts> {
  if (sameChunkerAs !== undefined) {
    throw new UmbraError('backend.unsupported', 'borg cannot make a repository that cuts files like another one', {
      hint: `Remove sameChunkerAs from repository ${borg.name}: nothing is copied between borg repositories.`,
    });
  }
  const call = { name: 'init', flags: ['--encryption=repokey-blake2', '--make-parent-dirs'] };
  borg.throwIfFailed(await borg.supervise(call, {}, operation));
  return open(borg, operation);
}
