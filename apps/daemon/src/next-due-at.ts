import type { Calendar, Configuration, Instant } from '@umbracore/contracts';

/** When the first job is due next; undefined if no schedule ever starts one. */
export function nextDueAt({ jobs }: Configuration, calendar: Calendar, now: Instant): Instant | undefined {
  let first: Instant | undefined;
  for (const { enabled, schedules } of jobs.values()) {
    for (const schedule of enabled ? schedules : []) {
      const at = calendar.next(schedule, now)?.at;
      if (at !== undefined && (first === undefined || at < first)) first = at;
    }
  }
  return first;
}
