import type { DurationMs, Instant, LockRecord, LockVerdict } from '@umbracore/contracts';

/** What is known here about a lock's owner. */
export interface LockFacts {
  readonly now: Instant;
  /** Name of this host, as it stands in locks made here. */
  readonly host: string;
  /** The numbering of the pids that are seen here. */
  readonly pids?: string | undefined;
  /** The process that has the lock's pid on this host now; undefined if none runs. */
  readonly process: { readonly startedAt: Instant | undefined } | undefined;
  /** True if an engine of ours with this pid, of the same numbering, ran on this host and has ended. */
  readonly wasOurs: boolean;
  /** True while another container of this host works on the repository: of a lock that names no numbering it may be the owner. */
  readonly othersAtWork?: boolean | undefined;
}

/** restic's own limit: a living owner writes its lock anew every five minutes. */
export const staleAfterMs: DurationMs = 30 * 60_000;

/** Start times of processes are rounded and move when the wall clock is set; so far they may be off. */
export const toleranceMs: DurationMs = 60_000;

/** Whether a lock may be removed, and why. In doubt it may not. */
export function judgeLock(lock: LockRecord, facts: LockFacts): LockVerdict {
  return { lock, ...verdictOn(lock, facts) };
}

function verdictOn(lock: LockRecord, facts: LockFacts): Omit<LockVerdict, 'lock'> {
  const isOwn = lock.host === facts.host;
  // In another container of this host the pid is another process, and whether that lives cannot be seen.
  const isUnseen = isOwn && lock.pids !== undefined && lock.pids !== facts.pids;
  if (isOwn && lock.pids === undefined && facts.othersAtWork === true) {
    const own = facts.process === undefined ? undefined : verdictOnOwn(lock, facts);
    if (own?.verdict === 'alive') return own;
    return unknown(`process ${lock.pid} may be one of another container of this host, which may be at work`);
  }
  // What the journal knows of an engine holds however the clock was set since.
  if (isOwn && facts.wasOurs && (isUnseen || facts.process === undefined))
    return dead(`our engine with pid ${lock.pid} has ended`);
  const ageMs = facts.now - lock.createdAt;
  if (ageMs < -toleranceMs) return unknown('it is dated in the future, so its age says nothing');
  if (isUnseen) return unknown(`process ${lock.pid} is one of another container of this host, which cannot be seen`);
  if (isOwn) return verdictOnOwn(lock, facts);
  return lock.renewed === false
    ? unknown(`its owner on ${lock.host} never renews it, so its age says nothing`)
    : verdictOnForeign(lock, ageMs);
}

/** Age is no proof against a process that runs: a suspended one wakes up and goes on. */
function verdictOnOwn({ pid, createdAt }: LockRecord, { process }: LockFacts): Omit<LockVerdict, 'lock'> {
  if (process === undefined) return dead(`no process with pid ${pid} runs on this host`);
  if (process.startedAt === undefined) return unknown(`a process with pid ${pid} runs, and its start is not known`);
  if (process.startedAt <= createdAt + toleranceMs) return alive(`process ${pid} runs on this host`);
  return dead(`process ${pid} was started after the lock was made: it is another one`);
}

function verdictOnForeign({ host }: LockRecord, ageMs: DurationMs): Omit<LockVerdict, 'lock'> {
  const minutes = Math.floor(ageMs / 60_000);
  return ageMs > staleAfterMs
    ? { verdict: 'stale', reason: `its owner on ${host} has not renewed it for ${minutes} minutes` }
    : unknown(`its owner is on ${host} and may be alive`);
}

const alive = (reason: string) => ({ verdict: 'alive', reason }) as const;
const dead = (reason: string) => ({ verdict: 'dead', reason }) as const;
const unknown = (reason: string) => ({ verdict: 'unknown', reason }) as const;

/** Only these are ever removed. */
export const isRemovable = ({ verdict }: LockVerdict): boolean => {
  switch (verdict) {
    case 'dead':
    case 'stale':
      return true;
    case 'alive':
    case 'unknown':
      return false;
  }
};
