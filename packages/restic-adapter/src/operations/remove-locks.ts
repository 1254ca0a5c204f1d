import { hostname } from 'node:os';
import { type LockRecord, type Operation, type ProcessIdentity, UmbraError } from '@umbracore/contracts';
import { lockNames, removeLockFile } from '../local-repository.ts';
import type { Restic } from '../restic.ts';
import { locks } from './locks.ts';

/** restic calls a lock stale after 30 minutes; clocks of other hosts may differ by some. */
const surelyYoungMs = 25 * 60_000;

/**
 * Removes the listed locks and touches nothing else. In a local repository exactly their files. Elsewhere only
 * `restic unlock` can, which removes every lock that it takes for stale and sends SIGHUP to whatever process has the pid of
 * a lock of this host: it runs only when neither can harm, else this throws `repository.locked`.
 */
export async function removeLocks(restic: Restic, doomed: readonly LockRecord[], operation: Operation): Promise<void> {
  if (doomed.length === 0) return;
  const { location } = restic;
  if (location.kind === 'local') {
    for (const { id } of doomed) await removeLockFile(location.path, id);
    return;
  }
  await checkUnlock(restic, doomed, await locks(restic, operation));
  restic.throwIfFailed(await restic.supervise({ name: 'unlock' }, {}, operation));
  const ids = new Set((await locks(restic, operation)).map(({ id }) => id));
  if (doomed.some(({ id }) => ids.has(id))) throw refusal(restic, 'restic does not take it for stale yet');
}

async function checkUnlock(
  restic: Restic,
  doomed: readonly LockRecord[],
  present: readonly LockRecord[],
): Promise<void> {
  const now = restic.host.clock.now();
  const doomedIds = new Set(doomed.map(({ id }) => id));
  for (const lock of present) {
    const isHere = lock.host === hostname();
    if (isHere && isRunning(lock.pid)) throw refusal(restic, `process ${lock.pid} would get a signal`);
    if (doomedIds.has(lock.id)) continue;
    if (isHere) throw refusal(restic, `a lock of ${lock.user} on this host would go too`);
    if (now - lock.createdAt > surelyYoungMs) throw refusal(restic, `an old lock of ${lock.host} would go too`);
  }
}

const refusal = ({ name }: Restic, why: string): UmbraError =>
  new UmbraError('repository.locked', `The locks of repository ${name} cannot be removed one by one: ${why}`, {
    hint: `Make sure that nobody uses the repository, then run \`umbra restic ${name} -- unlock\`.`,
  });

/** Any process, whoever owns it: restic asks by signal, and so does the kernel here, without sending one. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

/** Removes what an engine that we had to end has left. Never throws: healing later finds the lock too. */
export async function removeLocksOf(restic: Restic, engine: ProcessIdentity | undefined): Promise<void> {
  if (engine === undefined || isRunning(engine.pid)) return;
  try {
    const { location } = restic;
    if (location.kind === 'local' && (await lockNames(location.path)).length === 0) return;
    const own = (await locks(restic, {})).filter(({ host, pid }) => host === hostname() && pid === engine.pid);
    await removeLocks(restic, own, {});
  } catch (error) {
    restic.host.log.warn({ repository: restic.name, pid: engine.pid, error: String(error) }, 'a lock may be left');
  }
}
