import type { Calendar, Instant, JobDefinition } from '@umbracore/contracts';

/** When the job is due next after `after`; undefined if its schedules never come again. */
export function nextSlotAt(calendar: Calendar, { schedules }: JobDefinition, after: Instant): Instant | undefined {
  const instants = schedules.flatMap((schedule) => calendar.next(schedule, after)?.at ?? []);
  return instants.length === 0 ? undefined : Math.min(...instants);
}
