import type { Clock, DurationMs, Instant, ProcessTable } from '@umbracore/contracts';

/** On Linux the process with this number started when the machine did. */
const firstPid = 1;

/** The time after waking up in which nothing starts by itself: the network has to come back first. Monotonic. */
export class Settling {
  readonly #clock: Clock;
  #untilMs = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  begin(settleMs: DurationMs): void {
    this.#untilMs = Math.max(this.#untilMs, this.#clock.monotonicMs() + settleMs);
  }

  /** What is left of it if the machine was switched on a moment ago. */
  beginAfterBoot(settleMs: DurationMs, processTable: ProcessTable): void {
    const bootedAt = processTable.startedAt(firstPid);
    if (bootedAt === undefined) return;
    const up = this.#clock.now() - bootedAt;
    if (up >= 0 && up < settleMs) this.begin(settleMs - up);
  }

  /** Undefined if it is over. */
  until(): Instant | undefined {
    const left = this.#untilMs - this.#clock.monotonicMs();
    return left > 0 ? this.#clock.now() + left : undefined;
  }
}
