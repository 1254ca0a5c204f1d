import type { CopyJobDefinition, JobDefinition, RunRecord } from '@umbracore/contracts';
import { copiedUpTo, copyLag, type CopyLag } from '@umbracore/coordinator-core';
import type { PastSources } from './past-question.ts';
import { good, placeOf, type Latest } from './past-runs.ts';

/** More behind than this is so many at least. */
const mostAsked = 500;

/** A run that waited for its start was queued before the snapshot that it follows. */
const longestWaitMs = 7 * 86_400_000;

/**
 * How far a copy is behind the backups that it copies; undefined for every other kind. Where the newest run of a job is copied, all
 * are: most of the time nothing more is read.
 */
export async function lagOf(
  { store, configuration }: PastSources,
  newest: Latest['good'],
  job: JobDefinition,
  lastCopy: RunRecord | undefined,
): Promise<CopyLag | undefined> {
  if (job.kind !== 'copy') return undefined;
  const saved: RunRecord[] = [];
  for (const { id } of [...configuration.jobs.values()].filter((each) => isCopiedBy(job, each))) {
    const upTo = copiedUpTo(lastCopy, id);
    const last = newest.get(placeOf({ job: id, repository: job.from }));
    if (last === undefined || (last.startedAt ?? last.queuedAt) <= upTo) continue;
    const since = Number.isFinite(upTo) ? upTo - longestWaitMs : undefined;
    saved.push(...(await store.runs({ job: id, repository: job.from, states: good, since, limit: mostAsked })));
  }
  return copyLag(lastCopy, saved);
}

const isCopiedBy = ({ from, jobs }: CopyJobDefinition, { id, kind, repositories }: JobDefinition): boolean =>
  kind === 'backup' && repositories.includes(from) && (jobs.length === 0 || jobs.includes(id));
