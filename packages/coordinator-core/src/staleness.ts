import type { Calendar, DurationMs, Instant, JobDefinition, JobId, Schedule, Slot } from '@umbracore/contracts';

const day = 86_400_000;

/** Everything that makes a job run again and again. */
export interface Rhythm {
  readonly schedules: readonly Schedule[];
  readonly atLeastEveryMs: DurationMs | undefined;
}

/**
 * What a job follows by itself, by the chains that it is part of, and by the jobs that it comes after. Chains and edges
 * have no circles in a configuration that was read; a job of a program may, and is then looked at once.
 */
export function rhythmOf(job: JobDefinition, jobs: ReadonlyMap<JobId, JobDefinition>): Rhythm {
  return rhythmsIn(jobs)(job);
}

/** The same for many jobs, whose chains are looked through once. */
export function rhythmsIn(jobs: ReadonlyMap<JobId, JobDefinition>): (job: JobDefinition) => Rhythm {
  const chains = [...jobs.values()].filter((job) => job.kind === 'chain');
  const schedulesBehind = (job: JobDefinition, seen: Set<JobId>): Schedule[] => {
    if (seen.has(job.id) || !job.enabled) return [];
    seen.add(job.id);
    const around = chains.filter(({ nodes }) => nodes.some((node) => node.job === job.id));
    const upstream = (job.after ?? []).flatMap((edge) => jobs.get(edge.job) ?? []);
    return [...job.schedules, ...[...around, ...upstream].flatMap((other) => schedulesBehind(other, seen))];
  };
  return (job) => ({ schedules: schedulesBehind(job, new Set()), atLeastEveryMs: job.atLeastEveryMs });
}

/**
 * How long it is from one due instant to the next, around `at`: three days for a job of weekdays that ran on a Friday. Undefined
 * if nothing makes it run again.
 */
export function intervalAround(
  { schedules, atLeastEveryMs }: Rhythm,
  calendar: Calendar,
  at: Instant,
): DurationMs | undefined {
  const before = latest(schedules.flatMap((schedule) => calendar.previous(schedule, at) ?? []));
  const after = earliest(schedules.flatMap((schedule) => calendar.next(schedule, at) ?? []));
  const second = after && earliest(schedules.flatMap((schedule) => calendar.next(schedule, after.at) ?? []));
  const gaps = after === undefined ? [] : [before && after.at - before.at, second && second.at - after.at];
  const scheduled = gaps.find((gap) => gap !== undefined);
  const intervals = [scheduled, atLeastEveryMs].filter((interval) => interval !== undefined);
  return intervals.length === 0 ? undefined : Math.min(...intervals);
}

const byTime = (one: Slot, other: Slot): number => one.at - other.at;
const latest = (slots: Slot[]): Slot | undefined => slots.sort(byTime).at(-1);
const earliest = (slots: Slot[]): Slot | undefined => slots.sort(byTime)[0];

/**
 * Without a good run for so long a job is stale: what it says itself, else one and a half of its intervals, but at least a day.
 * Undefined for a job that runs by hand.
 */
export function staleAfter(
  job: JobDefinition,
  rhythm: Rhythm,
  calendar: Calendar,
  lastGoodAt: Instant,
): DurationMs | undefined {
  if (job.staleAfterMs !== undefined) return job.staleAfterMs;
  const interval = intervalAround(rhythm, calendar, lastGoodAt);
  return interval === undefined ? undefined : Math.max(day, interval * 1.5);
}
