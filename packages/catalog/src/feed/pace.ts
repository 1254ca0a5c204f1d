import { setImmediate } from 'node:timers/promises';
import { UmbraError, type Clock } from '@umbracore/contracts';

/** So long the work goes on before others get their turn, and so long they have it. */
const sliceMs = 8;

/** Divides long work into short pieces, so that a process that does other things as well answers in time. */
export class Pace {
  readonly #clock: Clock;
  readonly #signal: AbortSignal | undefined;
  readonly #restMs: number;
  #since: number;
  /** What is looked at whenever others have had their turn. */
  onRest: () => void = () => {};

  constructor(clock: Clock, restMs: number, signal: AbortSignal | undefined) {
    this.#clock = clock;
    this.#signal = signal;
    this.#restMs = restMs;
    this.#since = clock.monotonicMs();
  }

  get isDue(): boolean {
    return this.#clock.monotonicMs() - this.#since >= sliceMs;
  }

  /** Throws `run.cancelled`. */
  async rest(): Promise<void> {
    if (this.#signal?.aborted === true) throw new UmbraError('run.cancelled', 'filling the catalog was cancelled');
    this.onRest();
    await (this.#restMs === 0 ? setImmediate() : this.#clock.sleep(this.#restMs));
    this.#since = this.#clock.monotonicMs();
  }
}
