import type {
  Backend,
  Clock,
  HealReport,
  Instant,
  LockRecord,
  LockVerdict,
  Operation,
  ProcessIdentity,
  ProcessTable,
} from '@umbracore/contracts';
import { isRemovable, judgeLock, type LockFacts } from './lock-verdict.ts';

export interface LockJudge {
  readonly processes: ProcessTable;
  readonly clock: Clock;
  /** Whether another container of this host may be at work on the repository; absent: none is. */
  readonly othersAtWork?: (() => Promise<boolean>) | undefined;
}

/** Reads the locks of a repository and judges each; nothing is changed. Empty if the backend knows no locks. */
export async function judgeLocks(
  backend: Backend,
  { processes, clock, othersAtWork }: LockJudge,
  ours: readonly ProcessIdentity[],
  operation?: Operation,
): Promise<readonly LockVerdict[]> {
  if (!backend.supports.has('locks')) return [];
  const locks = await backend.locks(operation);
  // The clock is read after the locks, so that none of them can seem to come from the future.
  const now = clock.now();
  const others = locks.length > 0 && (await othersAtWork?.()) === true;
  return locks.map((lock) => judgeLock(lock, { ...factsOf(lock, processes, ours, now), othersAtWork: others }));
}

/** Removes the locks whose owners are provably gone. */
export async function healLocks(
  backend: Backend,
  judge: LockJudge,
  ours: readonly ProcessIdentity[],
  operation?: Operation,
): Promise<HealReport> {
  const verdicts = await judgeLocks(backend, judge, ours, operation);
  const removed = verdicts.filter(isRemovable).map(({ lock }) => lock);
  if (removed.length > 0) await backend.removeLocks(removed, operation);
  return { verdicts, removed };
}

function factsOf(lock: LockRecord, processes: ProcessTable, ours: readonly ProcessIdentity[], now: Instant): LockFacts {
  const { host, pids } = processes.self();
  const found = processes.identify(lock.pid);
  // A zombie still has its pid but does nothing any more.
  const process =
    found !== undefined && processes.isAlive(found) ? { startedAt: processes.startedAt(lock.pid) } : undefined;
  const isOf = (engine: ProcessIdentity): boolean =>
    engine.pid === lock.pid && engine.host === host && (lock.pids === undefined || engine.pids === lock.pids);
  const wasOurs = ours.some((engine) => isOf(engine) && !processes.isAlive(engine));
  return { now, host, pids, process, wasOurs };
}
