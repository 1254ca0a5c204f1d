import type { Calendar, Instant, JobDefinition, RepositoryName, RunId, RunRecord } from '@umbracore/contracts';
import { atLeastDueAt, runsForAtLeast } from './at-least.ts';
import { openRun } from '../gather-facts.ts';
import type { CoordinatorPorts } from '../ports.ts';
import { retryDueAt } from './retry-due.ts';
import { slotOfRun } from './slot-of-run.ts';

/** When a job is started next by itself. */
export interface NextStart {
  readonly at: Instant;
  /** True if the time has come, and whatever else it waits for decides. */
  readonly isDue: boolean;
  /** The run that waits already; undefined if none was recorded yet. */
  readonly run: RunId | undefined;
}

export interface NextStartFacts {
  /** Up to when its slots have been accounted for. */
  readonly cursor: Instant | undefined;
  /** Runs of the job and one repository that have not ended, and that nobody works on. */
  readonly waiting: readonly RunRecord[];
  /** What is known of its runs there: of a job that wants a good run every so often. */
  readonly past?: readonly RunRecord[] | undefined;
  readonly calendar: Calendar;
  readonly host: string;
}

/** Undefined if no schedule ever starts it. What follows from the ends of other jobs has no moment that could be known. */
export function nextStart(job: JobDefinition, facts: NextStartFacts, now: Instant): NextStart | undefined {
  const { waiting, calendar, host } = facts;
  const recorded = waiting
    .map((run) => ({ run, at: startOf(run, calendar, host, now) }))
    .toSorted((one, other) => one.at - other.at)[0];
  if (recorded !== undefined) return { at: recorded.at, isDue: recorded.at <= now, run: recorded.run.id };
  if (!job.enabled) return undefined;
  const { atLeastEveryMs } = job;
  const atLeast = atLeastEveryMs === undefined ? undefined : atLeastDueAt(atLeastEveryMs, facts.past ?? [], now);
  const starts = [startBySchedule(job, facts, now), atLeast].filter((start) => start !== undefined);
  const at = starts.length === 0 ? undefined : Math.min(...starts);
  return at === undefined ? undefined : { at, isDue: at <= now, run: undefined };
}

function startOf(run: RunRecord, calendar: Calendar, host: string, now: Instant): Instant {
  if (run.state === 'retrying') return retryDueAt(run, now);
  const { startAt, opening } = slotOfRun(run, calendar, host);
  return Math.max(startAt, opening(now)?.from ?? startAt);
}

/** Of the newest slot that is owed, or else of the next one. */
function startBySchedule(
  { id, schedules }: JobDefinition,
  { cursor, calendar, host }: NextStartFacts,
  now: Instant,
): Instant | undefined {
  const starts = schedules.flatMap((schedule) => {
    const first = calendar.next(schedule, Math.min(cursor ?? now, now));
    const slot = first !== undefined && first.at <= now ? calendar.previous(schedule, now) : first;
    return (slot && calendar.startOf(schedule, slot, id, host)) ?? [];
  });
  return starts.length === 0 ? undefined : Math.min(...starts);
}

/** The same from what the store has. */
export async function findNextStart(
  ports: CoordinatorPorts,
  job: JobDefinition,
  repository: RepositoryName,
): Promise<NextStart | undefined> {
  const { store, clock, calendar, host } = ports;
  const cursor = (await store.cursors()).get(job.id);
  const waiting = (await store.open()).flatMap(({ run, lease }) => {
    const isOurs = run.job === job.id && run.repository === repository && run.state !== 'running';
    return isOurs && openRun(ports, run, lease).pid === undefined ? [run] : [];
  });
  const past = job.atLeastEveryMs === undefined ? [] : await runsForAtLeast(store, job.id, repository);
  return nextStart(job, { cursor, waiting, past, calendar, host }, clock.now());
}
