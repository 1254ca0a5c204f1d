import { setImmediate as turn } from 'node:timers/promises';
import type { Clock, DurationMs, Instant } from '@umbracore/contracts';

interface Sleeper {
  readonly dueMs: number;
  readonly order: number;
  readonly wake: () => void;
}

/** Monday, 5 January 2026, 12:00 UTC: no zone changes its clocks near it. */
const defaultStart: Instant = Date.UTC(2026, 0, 5, 12);

/**
 * A clock that stands still until a test moves it. Sleepers wake in the order in which they are due; those due at the same
 * moment in the order in which they went to sleep.
 */
export class FakeClock implements Clock {
  #monotonicMs = 0;
  #wallOffset: number;
  #order = 0;
  readonly #sleepers = new Set<Sleeper>();
  readonly #watchers = new Set<() => void>();

  constructor(start: Instant = defaultStart) {
    this.#wallOffset = start;
  }

  now(): Instant {
    return this.#wallOffset + this.#monotonicMs;
  }

  monotonicMs(): number {
    return this.#monotonicMs;
  }

  sleep(delayMs: DurationMs, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const onAbort = () => {
        this.#sleepers.delete(sleeper);
        reject(signal?.reason as Error);
      };
      const sleeper = this.#add(delayMs, () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      });
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  every(periodMs: DurationMs, tick: () => void): Disposable {
    const again = () => {
      sleeper = this.#add(periodMs, again);
      tick();
    };
    let sleeper = this.#add(periodMs, again);
    return { [Symbol.dispose]: () => void this.#sleepers.delete(sleeper) };
  }

  /** How many sleeps and periods are waiting. */
  get sleeping(): number {
    return this.#sleepers.size;
  }

  /** When the next sleeper is due, from now; undefined if nobody sleeps. */
  get nextDueMs(): DurationMs | undefined {
    const next = this.#next();
    return next && next.dueMs - this.#monotonicMs;
  }

  /** Resolves once at least `count` sleepers wait. This is how a test knows that the code under test went to sleep. */
  async whenSleeping(count = 1): Promise<void> {
    while (this.#sleepers.size < count) {
      await new Promise<void>((resolve) => this.#watchers.add(resolve));
    }
  }

  /**
   * Moves both clocks on, waking every sleeper that becomes due at its own moment, also those that go to sleep on the way.
   * What a woken sleeper does without waiting for the outside world is done when this resolves.
   */
  async advance(byMs: DurationMs): Promise<void> {
    const target = this.#monotonicMs + byMs;
    await turn();
    for (let next = this.#next(); next !== undefined && next.dueMs <= target; next = this.#next()) {
      this.#monotonicMs = Math.max(this.#monotonicMs, next.dueMs);
      this.#sleepers.delete(next);
      next.wake();
      await turn();
    }
    this.#monotonicMs = target;
  }

  /** Sets the wall clock only, forwards or back, as a person or a time server does. Nobody wakes. */
  setWall(to: Instant): void {
    this.#wallOffset = to - this.#monotonicMs;
  }

  #add(delayMs: DurationMs, wake: () => void): Sleeper {
    this.#order += 1;
    const sleeper = { dueMs: this.#monotonicMs + Math.max(0, delayMs), order: this.#order, wake };
    this.#sleepers.add(sleeper);
    for (const watcher of this.#watchers) watcher();
    this.#watchers.clear();
    return sleeper;
  }

  #next(): Sleeper | undefined {
    let first: Sleeper | undefined;
    for (const sleeper of this.#sleepers) {
      if (!first || sleeper.dueMs < first.dueMs || (sleeper.dueMs === first.dueMs && sleeper.order < first.order)) {
        first = sleeper;
      }
    }
    return first;
  }
}
