import type { Instant, JobDefinition } from '@umbracore/contracts';
import type { SimulationInput } from './simulate.ts';

/**
 * When the job has to be accounted for next after `after`; undefined if nothing of its schedules is due until the end. What waits
 * for its jitter is accounted for when it starts, or it would be looked at with every step of the others. What is outside of its
 * windows is accounted for at its own time: it may be one that is missed.
 */
export function nextDueAt(
  { calendar, host, until }: Pick<SimulationInput, 'calendar' | 'host' | 'until'>,
  { id, schedules }: JobDefinition,
  after: Instant,
): Instant | undefined {
  const instants = schedules.flatMap((schedule) => {
    const slot = calendar.next(schedule, after);
    if (slot === undefined || slot.at > until) return [];
    const start = calendar.startOf(schedule, slot, id, host) ?? slot.at;
    return start > slot.at + (schedule.jitterMs ?? 0) ? slot.at : Math.min(until, start);
  });
  return instants.length === 0 ? undefined : Math.min(...instants);
}
