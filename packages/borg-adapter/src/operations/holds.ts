import type { Operation } from '@umbracore/contracts';
import type { Borg } from '../borg.ts';
import { isFullId } from '../snapshot-ids.ts';
import { readNames } from './archives.ts';

/** The list of archives is signed with the key of the repository, and an id is the hash of what the archive consists of. */
export async function holds(borg: Borg, snapshot: string, operation: Operation): Promise<boolean> {
  if (!isFullId(snapshot)) return false;
  const { archives } = await readNames(borg, operation);
  return archives.some(({ snapshot: { id } }) => id === snapshot);
}
