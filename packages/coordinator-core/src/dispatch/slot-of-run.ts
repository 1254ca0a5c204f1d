import type { Calendar, Instant, Opening, RunRecord, Schedule } from '@umbracore/contracts';
import { lateAfterMs } from './schedule-slots.ts';

/** What the schedule of a queued run says about when it may start. */
export interface SlotOfRun {
  readonly startAt: Instant;
  /** After this its catch-up rule does not want it any more. */
  readonly lapsesAt: Instant | undefined;
  /** Undefined for what is due by no schedule: it may start at any time. Null if no window ever opens. */
  readonly opening: (now: Instant) => Opening | null | undefined;
}

/** By the schedule that the run was planned with; a later edit of the configuration does not change it. */
export function slotOfRun(run: RunRecord, calendar: Calendar, host: string): SlotOfRun {
  const slotAt = run.slotAt ?? run.queuedAt;
  const schedule = scheduleOf(run, slotAt, calendar);
  const slot = schedule && calendar.previous(schedule, slotAt);
  if (schedule === undefined || slot === undefined) {
    return { startAt: slotAt, lapsesAt: undefined, opening: () => undefined };
  }
  const startAt = calendar.startOf(schedule, slot, run.job, host) ?? slotAt;
  const withinMs = schedule.catchUp?.withinMs;
  const free = isEmpty(schedule.windows) && isEmpty(schedule.blackouts);
  return {
    startAt,
    lapsesAt: withinMs === undefined ? undefined : startAt + Math.max(withinMs, lateAfterMs),
    opening: (now) => (free ? undefined : (calendar.opening(schedule, now) ?? null)),
  };
}

/** The one that gives a slot with this key, whichever pass of its time it is of. */
const scheduleOf = ({ slot, plan }: RunRecord, at: Instant, calendar: Calendar): Schedule | undefined =>
  plan.job.schedules.find((schedule) => calendar.previous(schedule, at)?.key === slot?.replace(/~\d+$/, ''));

const isEmpty = (list: readonly unknown[] | undefined): boolean => list === undefined || list.length === 0;
