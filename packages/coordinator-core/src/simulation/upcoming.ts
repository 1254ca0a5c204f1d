import type { Calendar, Instant, JobDefinition, Opening, Schedule } from '@umbracore/contracts';
import type { AccountedSlot } from '../dispatch/account-slots.ts';

/** When the job is due next after `after`; undefined if its schedules never come again. */
export function nextSlotAt(calendar: Calendar, { schedules }: JobDefinition, after: Instant): Instant | undefined {
  const instants = schedules.flatMap((schedule) => calendar.next(schedule, after)?.at ?? []);
  return instants.length === 0 ? undefined : Math.min(...instants);
}

/** When a slot may start, and by which of the schedules. One that is of no schedule may start at once. */
export function startOfSlot(
  calendar: Calendar,
  host: string,
  job: JobDefinition,
  { key, at }: Pick<AccountedSlot, 'key' | 'at'>,
): { readonly startAt: Instant; readonly schedule: Schedule | undefined } {
  for (const schedule of job.schedules) {
    const slot = calendar.previous(schedule, at);
    if (slot?.key !== key) continue;
    return { startAt: calendar.startOf(schedule, slot, job.id, host) ?? at, schedule };
  }
  return { startAt: at, schedule: undefined };
}

/** Null if no window ever opens; undefined if the schedule has no limits. */
export function openingAt(calendar: Calendar, schedule: Schedule | undefined, at: Instant): Opening | null | undefined {
  const limits = (schedule?.windows?.length ?? 0) + (schedule?.blackouts?.length ?? 0);
  return schedule === undefined || limits === 0 ? undefined : (calendar.opening(schedule, at) ?? null);
}
