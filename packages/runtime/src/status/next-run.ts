import type { Calendar, Instant, JobDefinition, RunRecord } from '@umbracore/contracts';
import { nextStart } from '@umbracore/coordinator-core';

/** When a job is started by itself again. */
export interface NextRun {
  readonly at: Instant;
  /** True if the time has come. */
  readonly isDue: boolean;
}

export interface NextRunFacts {
  readonly job: JobDefinition;
  /** Up to when its slots have been accounted for; undefined if nobody ever has. */
  readonly cursor: Instant | undefined;
  /** Its runs that have not ended, and that nobody works on. */
  readonly waiting: readonly RunRecord[];
  /** What `runsForAtLeast` finds, for a job that wants a good run every so often. */
  readonly past: readonly RunRecord[];
  /** The machine, which shifts its starts by a jitter of its own. */
  readonly host: string;
}

/** By the same rules that start runs. Undefined if no schedule will. */
export function nextRun(
  calendar: Calendar,
  { job, cursor, waiting, past, host }: NextRunFacts,
  now: Instant,
): NextRun | undefined {
  const open = waiting.filter(({ state }) => state !== 'running');
  const start = nextStart(job, { cursor, waiting: open, past, calendar, host }, now);
  return start && { at: start.at, isDue: start.isDue };
}
