import type { Instant, JobDefinition } from '@umbracore/contracts';
import type { SimulationInput } from './simulate.ts';

/**
 * When the job has to be accounted for next after `after`; undefined if nothing of its schedules is due until the end. That is
 * when a run starts and not when its slot is due: what waits for its jitter would be looked at with every step of the others.
 */
export function nextDueAt(
  { calendar, host, until }: Pick<SimulationInput, 'calendar' | 'host' | 'until'>,
  { id, schedules }: JobDefinition,
  after: Instant,
): Instant | undefined {
  const instants = schedules.flatMap((schedule) => {
    const slot = calendar.next(schedule, after);
    if (slot === undefined || slot.at > until) return [];
    return Math.min(until, calendar.startOf(schedule, slot, id, host) ?? slot.at);
  });
  return instants.length === 0 ? undefined : Math.min(...instants);
}
