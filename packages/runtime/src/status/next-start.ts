import { hostname } from 'node:os';
import type { Calendar, Instant, JobDefinition } from '@umbracore/contracts';

/** When its schedules start a job next on this machine, windows and jitter included; undefined if they never do. */
export function nextStartOf(
  { id, enabled, schedules }: JobDefinition,
  calendar: Pick<Calendar, 'next' | 'startOf'>,
  now: Instant,
): Instant | undefined {
  const host = hostname();
  const starts = (enabled ? schedules : []).flatMap((schedule) => {
    const slot = calendar.next(schedule, now);
    return (slot && calendar.startOf(schedule, slot, id, host)) ?? [];
  });
  return starts.length === 0 ? undefined : Math.min(...starts);
}
