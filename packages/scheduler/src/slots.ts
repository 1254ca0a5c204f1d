import type { DurationMs, Instant, Schedule } from '@umbracore/contracts';
import { ruleOf, type WallRule } from './rule.ts';
import { firstAfter, lastUntil } from './slot-search.ts';
import { type Zone, zoneOf } from './zone.ts';

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
      return noSlots;
    case 'interval':
      return new IntervalSlots(rule.everyMs);
    case 'wall':
      return new WallSlots(rule.wall, zoneOf(zone));
    default:
      return rule satisfies never;
  }
}

const noSlots: SlotFinder = { after: () => undefined, until: () => undefined, count: () => 0 };

class IntervalSlots implements SlotFinder {
  readonly #everyMs: DurationMs;

  constructor(everyMs: DurationMs) {
    this.#everyMs = everyMs;
  }

  after(after: Instant): Instant {
    return (Math.floor(after / this.#everyMs) + 1) * this.#everyMs;
  }

  until(until: Instant): Instant {
    return Math.floor(until / this.#everyMs) * this.#everyMs;
  }

  count(first: Instant, last: Instant): number {
    return (last - first) / this.#everyMs + 1;
  }
}

class WallSlots implements SlotFinder {
  readonly #rule: WallRule;
  readonly #zone: Zone;

  constructor(rule: WallRule, zone: Zone) {
    this.#rule = rule;
    this.#zone = zone;
  }

  after(after: Instant): Instant | undefined {
    return firstAfter(this.#rule, this.#zone, after);
  }

  until(until: Instant): Instant | undefined {
    return lastUntil(this.#rule, this.#zone, until);
  }

  count(first: Instant, last: Instant): number {
    let count = 0;
    for (let at: Instant | undefined = first; at !== undefined && at <= last; at = this.after(at)) count += 1;
    return count;
  }
}
