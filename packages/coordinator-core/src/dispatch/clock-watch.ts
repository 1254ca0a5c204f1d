import type { Clock, DurationMs, Instant } from '@umbracore/contracts';

/** Less than this is the fine tuning of a time server, or the time that looking takes. */
const jumpMs: DurationMs = 2000;

interface Reading {
  readonly wall: Instant;
  readonly monotonicMs: number;
}

/** How far the wall clock moved beside the monotonic one: it was set, or the machine slept. 0 if it did not. */
export function jumpBetween(before: Reading, after: Reading): DurationMs {
  const byMs = after.wall - before.wall - (after.monotonicMs - before.monotonicMs);
  return Math.abs(byMs) < jumpMs ? 0 : byMs;
}

/** What a look at the clocks showed. */
export interface ClockLook {
  /** How far the wall clock jumped since the last one; 0 if it did not. */
  readonly byMs: DurationMs;
  /** How long ago the last one was. Some systems count the time in which the machine slept. */
  readonly sinceMs: DurationMs;
}

/** Compares the two clocks each time it is asked. */
export class ClockWatch {
  readonly #clock: Clock;
  #last: Reading;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#last = readingOf(clock);
  }

  look(): ClockLook {
    const before = this.#last;
    this.#last = readingOf(this.#clock);
    return { byMs: jumpBetween(before, this.#last), sinceMs: this.#last.monotonicMs - before.monotonicMs };
  }
}

const readingOf = (clock: Clock): Reading => ({ wall: clock.now(), monotonicMs: clock.monotonicMs() });
