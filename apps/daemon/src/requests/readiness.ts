import type { Clock, EngineProcesses, EventStream } from '@umbracore/contracts';

/** Who has just run something may well run more; whoever has not for so long can wait for a shim to start. */
const restAfterMs = 10 * 60_000;

/** After a run whoever waits for its end comes first: a shim that starts takes a processor for a moment. */
const courtesyMs = 300;

/**
 * Keeps a shim ready for the next engine while there is something going on, and lets it go when nothing has been for a while: a
 * daemon that waits for the night should not hold twice the memory for it.
 */
export class Readiness implements Disposable {
  readonly #processes: EngineProcesses;
  readonly #clock: Clock;
  readonly #listening: Disposable;
  #resting = new AbortController();

  constructor(processes: EngineProcesses, clock: Clock, events: EventStream) {
    this.#processes = processes;
    this.#clock = clock;
    this.#listening = events.onAny(({ type }) => {
      if (type === 'run.queued') this.awake();
      // It had its shim, the next one needs another.
      if (type === 'run.finished') this.#rest(courtesyMs, () => this.awake());
    });
  }

  /** Something will be run soon. */
  awake(): void {
    this.#processes.prepare();
    this.#rest(restAfterMs, () => this.#processes.dismiss());
  }

  /** Does something after a while, unless something else comes before. */
  #rest(delayMs: number, act: () => void): void {
    this.#resting.abort();
    this.#resting = new AbortController();
    this.#clock.sleep(delayMs, this.#resting.signal).then(act, () => {});
  }

  [Symbol.dispose](): void {
    this.#listening[Symbol.dispose]();
    this.#resting.abort();
    this.#processes.dismiss();
  }
}
