import { type LockRecord, type Operation, type ProcessIdentity, UmbraError } from '@umbracore/contracts';
import type { Borg } from '../borg.ts';
import { hostId, ownerOfLock } from '../host-id.ts';
import { removeLockFiles } from '../lock-files.ts';
import { lockPlaces } from '../lock-places.ts';
import { locks } from './locks.ts';

/** Removes the listed locks and touches no other one. borg's own `break-lock` would remove all. */
export async function removeLocks(borg: Borg, doomed: readonly LockRecord[], _operation: Operation): Promise<void> {
  const ids = new Set(doomed.map(({ id }) => id));
  for (const place of await lockPlaces(borg)) {
    if (await removeLockFiles(place, ids, [hostId(), process.pid, 0])) continue;
    throw new UmbraError('repository.locked', `Another borg uses repository ${borg.name} by now`, {
      hint: 'Wait until it has ended.',
    });
  }
}

/** Removes what an engine that we had to kill has left. Never throws: healing later finds the lock too. */
export async function removeLocksOf(borg: Borg, engine: ProcessIdentity | undefined): Promise<void> {
  if (engine === undefined || isRunning(engine.pid) || borg.location.kind === 'remote') return;
  try {
    const here = ownerOfLock(hostId());
    const isOwn = ({ host, pids, pid }: LockRecord): boolean =>
      host === here.host && pids === here.pids && pid === engine.pid;
    const own = (await locks(borg, {})).filter(isOwn);
    if (own.length > 0) await removeLocks(borg, own, {});
  } catch (error) {
    borg.host.log.warn({ repository: borg.name, pid: engine.pid, error: String(error) }, 'a lock may be left');
  }
}

/** Any process, whoever owns it. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}
