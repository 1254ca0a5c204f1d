import type { Instant, RunRecord } from '@umbracore/contracts';

/** How far a copy is behind what it copies from, as the history of this machine knows it. */
export interface CopyLag {
  /** Snapshots of good runs that were not copied yet. */
  readonly snapshots: number;
  /** When the oldest of them was saved; undefined if there is none. */
  readonly since: Instant | undefined;
}

/**
 * `lastCopy` is the last copy that went well, `saved` are runs that saved to where it copies from. Runs of one job follow one
 * another, and the time of a snapshot lies within its run: what began after the newest snapshot that both have is not in both.
 */
export function copyLag(lastCopy: RunRecord | undefined, saved: readonly RunRecord[]): CopyLag {
  const behind = saved
    .filter((run) => madeSnapshot(run) && beganAt(run) > copiedUpTo(lastCopy, run.job))
    .map((run) => run.finishedAt ?? beganAt(run));
  return { snapshots: behind.length, since: behind.length === 0 ? undefined : Math.min(...behind) };
}

const beganAt = ({ startedAt, queuedAt }: RunRecord): Instant => startedAt ?? queuedAt;

const madeSnapshot = ({ snapshot, plan, report }: RunRecord): boolean =>
  snapshot !== null && plan.options.dryRun !== true && !(report?.kind === 'backup' && report.unchangedSince !== null);

/** From when on the snapshots of a job are not copied. Of a copy that does not tell, all that there was when it began is. */
export function copiedUpTo(lastCopy: RunRecord | undefined, job: string): Instant {
  if (lastCopy === undefined) return -Infinity;
  const upTo = lastCopy.report?.kind === 'copy' ? lastCopy.report.upTo : undefined;
  return upTo === undefined ? beganAt(lastCopy) : (upTo[job] ?? -Infinity);
}
