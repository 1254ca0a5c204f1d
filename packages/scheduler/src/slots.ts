import type { Instant, Schedule } from '@umbracore/contracts';
import { ruleOf } from './rule.ts';
import { firstAfter, lastUntil } from './slot-search.ts';
import { zoneOf } from './zone.ts';

/** The due instants of one schedule. */
export interface SlotFinder {
  /** The first one after `after`. */
  after(after: Instant): Instant | undefined;
  /** The last one at or before `until`. */
  until(until: Instant): Instant | undefined;
  /** How many there are from one to another, both included. */
  count(first: Instant, last: Instant): number;
}

/** How the slots of a schedule are found. */
export function slotsOf({ recurrence, zone }: Schedule): SlotFinder {
  const rule = ruleOf(recurrence);
  switch (rule.type) {
    case 'never':
      return { after: () => undefined, until: () => undefined, count: () => 0 };
    case 'interval': {
      const { everyMs } = rule;
      return {
        after: (after) => (Math.floor(after / everyMs) + 1) * everyMs,
        until: (until) => Math.floor(until / everyMs) * everyMs,
        count: (first, last) => (last - first) / everyMs + 1,
      };
    }
    case 'wall': {
      const [wall, clock] = [rule.wall, zoneOf(zone)];
      const after = (after: Instant) => firstAfter(wall, clock, after);
      return { after, until: (until) => lastUntil(wall, clock, until), count: counting(after) };
    }
    default:
      return rule satisfies never;
  }
}

function counting(after: SlotFinder['after']): SlotFinder['count'] {
  return (first, last) => {
    let count = 0;
    for (let at: Instant | undefined = first; at !== undefined && at <= last; at = after(at)) count += 1;
    return count;
  };
}
