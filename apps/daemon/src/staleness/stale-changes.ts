import type { Instant, JobId } from '@umbracore/contracts';
import { staleText, type Staleness } from '@umbracore/runtime/history';

/** The jobs of which was told that they are stale, and when. */
export type ToldStale = ReadonlyMap<JobId, Instant>;

export interface StaleChange {
  readonly type: 'job.stale' | 'job.recovered';
  readonly job: JobId;
  readonly text: string;
}

export interface StaleChanges {
  readonly changes: readonly StaleChange[];
  readonly told: ToldStale;
}

/**
 * What has to be told now: each job once when it becomes stale, and once when it is not any more. One that was disabled or
 * taken away is forgotten without a word: it is not well, but nothing is expected of it.
 */
export function staleChanges(told: ToldStale, statuses: readonly Staleness[], now: Instant): StaleChanges {
  const changes: StaleChange[] = [];
  const next = new Map<JobId, Instant>();
  for (const [job, lines] of byJob(statuses)) {
    const since = told.get(job);
    const stale = lines.filter((line) => line.stale);
    if (stale.length > 0) {
      next.set(job, since ?? now);
      if (since === undefined) changes.push({ type: 'job.stale', job, text: textOf(stale, lines) });
    } else if (since !== undefined && lines.some((line) => line.job.enabled)) {
      changes.push({ type: 'job.recovered', job, text: recoveredText(lines, since) });
    }
  }
  return { changes, told: next };
}

/** A job has a line for each of its repositories. */
function byJob(statuses: readonly Staleness[]): ReadonlyMap<JobId, readonly Staleness[]> {
  const lines = new Map<JobId, Staleness[]>();
  for (const status of statuses) {
    const own = lines.get(status.job.id);
    if (own === undefined) lines.set(status.job.id, [status]);
    else own.push(status);
  }
  return lines;
}

function textOf(stale: readonly Staleness[], lines: readonly Staleness[]): string {
  const why = staleText(stale[0]?.lastSuccess);
  return lines.length === 1 ? why : `${why}: ${stale.map(({ repository }) => repository).join(', ')}`;
}

/** It may also be that more was allowed to it. */
const recoveredText = (lines: readonly Staleness[], since: Instant): string =>
  lines.some(({ lastSuccess }) => (lastSuccess?.finishedAt ?? -Infinity) >= since)
    ? 'has succeeded again'
    : 'is not stale any more';
