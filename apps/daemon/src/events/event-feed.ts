import type { EventStream, RunId, RunProgress } from '@umbracore/contracts';
import { EventRing, type RingAnswer, type RingLimits } from './event-ring.ts';

/** All events of the daemon, for any number of readers at their own pace. */
export class EventFeed implements Disposable {
  readonly #ring: EventRing;
  readonly #listening: Disposable;
  readonly #waiting = new Set<() => void>();

  constructor(events: EventStream, firstId: number, limits?: RingLimits) {
    this.#ring = new EventRing(firstId, limits);
    this.#listening = events.onAny((event) => {
      this.#ring.append(event);
      for (const wake of this.#waiting) wake();
      this.#waiting.clear();
    });
  }

  get newest(): number {
    return this.#ring.newest;
  }

  /** How far a run is; undefined while nothing was heard of it, and once it has ended. */
  progressOf(run: RunId): RunProgress | undefined {
    return this.#ring.progressOf(run);
  }

  /** What comes after `id`, as soon as there is something; undefined if there is nothing when the signal has aborted. */
  async next(id: number, signal: AbortSignal): Promise<Exclude<RingAnswer, { type: 'nothing' }> | undefined> {
    for (;;) {
      const answer = this.#ring.after(id);
      if (answer.type !== 'nothing') return answer;
      if (signal.aborted) return undefined;
      await this.#change(signal);
    }
  }

  #change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        signal.removeEventListener('abort', wake);
        this.#waiting.delete(wake);
        resolve();
      };
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  }

  [Symbol.dispose](): void {
    this.#listening[Symbol.dispose]();
  }
}
