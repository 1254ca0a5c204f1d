import type { LockRecord, Operation } from '@umbracore/contracts';
import type { Borg } from '../borg.ts';
import { ownerOfLock } from '../host-id.ts';
import { readLockFiles } from '../lock-files.ts';
import { lockPlaces } from '../lock-places.ts';

/**
 * The locks of a repository on this machine, and those of what borg remembers of it. borg writes a lock once and never anew: how
 * old one is says nothing about whoever made it.
 */
export async function locks(borg: Borg, _operation: Operation): Promise<readonly LockRecord[]> {
  const found = await Promise.all((await lockPlaces(borg)).map((place) => readLockFiles(place)));
  return found.flat().map(({ id, host, pid, exclusive, createdAt }) => ({
    id,
    createdAt,
    exclusive,
    ...ownerOfLock(host),
    user: '',
    pid,
    renewed: false,
  }));
}
