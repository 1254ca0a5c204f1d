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

/** Compares the two clocks each time it is asked. */
export class ClockWatch {
  readonly #clock: Clock;
  #last: Reading;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#last = readingOf(clock);
  }

  /** The jump since the last look, in ms; 0 if there was none. */
  look(): DurationMs {
    const reading = readingOf(this.#clock);
    const byMs = jumpBetween(this.#last, reading);
    this.#last = reading;
    return byMs;
  }
}

const readingOf = (clock: Clock): Reading => ({ wall: clock.now(), monotonicMs: clock.monotonicMs() });
