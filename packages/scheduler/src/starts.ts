import type { DurationMs, Instant, Schedule } from '@umbracore/contracts';
import { secondMs } from './civil.ts';
import { longestClosedMs, type Openings, openingsOf, type Turn } from './openings.ts';
import { type SlotFinder, slotsOf } from './slots.ts';

/** When the runs of one schedule start. `share` is where a job lies between no jitter (0) and all of it (below 1). */
export class Starts {
  readonly #slots: SlotFinder;
  readonly #openings: Openings;
  readonly #jitterMs: DurationMs;
  // Of many jobs in turn the same is asked.
  #lastAfter = Infinity;
  #lastSlot: Instant | undefined;

  constructor(schedule: Schedule) {
    this.#slots = slotsOf(schedule);
    this.#openings = openingsOf(schedule);
    this.#jitterMs = schedule.jitterMs ?? 0;
  }

  /**
   * The start of the slot at `slotAt`: jitter counts from there, or from the opening that the slot has to wait for, and
   * stays inside of the opening. A later slot never starts earlier.
   */
  of(slotAt: Instant, share: number): Instant | undefined {
    const turn = this.#openings.turnAt(slotAt);
    return turn && turn.from - slotAt <= longestClosedMs ? this.#startIn(turn, slotAt, share) : undefined;
  }

  /** The start of the first slot after `after` that ever starts. */
  ofFirstAfter(after: Instant, share: number): Instant | undefined {
    return this.#firstStart(after, -Infinity, share);
  }

  /** The first start after `now`; the slot may lie before `now` if its start does not. */
  firstAfter(now: Instant, share: number): Instant | undefined {
    return this.#firstStart(this.#lastStarted(now, share), now, share);
  }

  #firstStart(after: Instant, now: Instant, share: number): Instant | undefined {
    for (let slot = this.#slotAfter(after); slot !== undefined;) {
      const turn = this.#openings.turnAt(slot);
      if (!turn) return undefined;
      const start = this.#startIn(turn, slot, share);
      if (start > now && turn.from - slot <= longestClosedMs) return start;
      slot = this.#slotAfter(Math.max(slot, turn.from - longestClosedMs - 1));
    }
    return undefined;
  }

  #slotAfter(after: Instant): Instant | undefined {
    const isKnown = this.#lastSlot !== undefined && after >= this.#lastAfter && after < this.#lastSlot;
    if (!isKnown) [this.#lastAfter, this.#lastSlot] = [after, this.#slots.after(after)];
    return this.#lastSlot;
  }

  // Whole seconds, as slots and openings are: so a start that is moved by one never overtakes the next slot's.
  #startIn(turn: Turn, slotAt: Instant, share: number): Instant {
    const earliest = Math.max(slotAt, turn.from);
    const seconds = Math.floor(Math.min(this.#jitterMs, turn.to - earliest - 1) / secondMs);
    return earliest + Math.floor(share * (seconds + 1)) * secondMs;
  }

  /** Slots up to here have started by `now`, if they ever start; later ones have not. */
  #lastStarted(now: Instant, share: number): Instant {
    const second = Math.floor(now / secondMs) * secondMs;
    const turn = this.#openings.turnAt(second);
    if (!turn) return second;
    const fullJitter = Math.floor(share * (Math.floor(this.#jitterMs / secondMs) + 1)) * secondMs;
    let low = Math.max(turn.from, second - fullJitter);
    const hasStarted = (slotAt: Instant) => this.#startIn(turn, slotAt, share) <= second;
    // Whatever came while it was closed has not started either.
    if (!hasStarted(low)) return turn.since - 1;
    // Near the end of an opening there is less jitter, and the last one that has started lies later.
    if (!hasStarted(low + secondMs)) return low;
    let high = second + secondMs;
    while (high - low > secondMs) {
      const middle = low + Math.floor((high - low) / 2 / secondMs) * secondMs;
      if (hasStarted(middle)) low = middle;
      else high = middle;
    }
    return low;
  }
}
