import type { Calendar, Instant, JobDefinition, RunRecord } from '@umbracore/contracts';
import { rhythmOf, staleAfter } from '@umbracore/coordinator-core';
import { depth, isReal, type PastQuestion, type PastSources } from './past-question.ts';

/**
 * Whether a slot that was passed over speaks against the job: not one that was outside of the windows of the job, as the
 * configuration has it, unless it has no windows that ever open.
 */
export function countsAsPassedOver(job: JobDefinition, calendar: Calendar, now: Instant): (run: RunRecord) => boolean {
  return ({ because }) =>
    because?.code !== 'window' || job.schedules.every((schedule) => calendar.opening(schedule, now) === undefined);
}

/**
 * Since when a job that never succeeded is known to be wanted: the oldest of its runs and slots as far back as it could be
 * stale. How often it was tried since does not make it any younger.
 */
export async function wantedSince(
  { store, configuration, calendar }: PastSources,
  { job, repository, now }: PastQuestion,
): Promise<Instant | undefined> {
  const own = { job: job.id, repository, limit: depth };
  const known = (await store.runs(own)).filter(isReal).at(-1)?.queuedAt;
  if (known === undefined) return undefined;
  const allowed = staleAfter(job, rhythmOf(job, configuration.jobs), calendar, known);
  if (allowed === undefined) return known;
  const older = (await store.runs({ ...own, until: Math.min(known, now - allowed) })).find(isReal);
  return older?.queuedAt ?? known;
}
