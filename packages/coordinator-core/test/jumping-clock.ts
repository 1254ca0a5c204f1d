import type { Clock } from '@umbracore/contracts';

const start = Date.UTC(2026, 0, 5, 12);

interface Sleeper {
  readonly due: number;
  readonly wake: () => void;
}

const isOfFiles = (resource: string): boolean => resource.startsWith('FSReq');

/** Time stands still but for sleepers: when everybody else waits, it jumps to the first of them. */
export class JumpingClock implements Clock {
  /** In real milliseconds: for so long somebody may be at work in earnest, on files for instance, before time jumps. */
  patienceMs = 1;
  #now = 0;
  readonly #sleepers: Sleeper[] = [];
  readonly #tickers = new Set<{ readonly period: number; next: number; readonly tick: () => void }>();

  now(): number {
    return start + this.#now;
  }

  monotonicMs(): number {
    return this.#now;
  }

  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(signal.reason as Error);
      const sleeper = { due: this.#now + delayMs, wake: resolve };
      this.#sleepers.push(sleeper);
      signal?.addEventListener('abort', () => {
        const index = this.#sleepers.indexOf(sleeper);
        if (index >= 0) this.#sleepers.splice(index, 1);
        reject(signal.reason as Error);
      });
      this.#jumpAtRest(sleeper);
    });
  }

  every(periodMs: number, tick: () => void): Disposable {
    const ticker = { period: periodMs, next: this.#now + periodMs, tick };
    this.#tickers.add(ticker);
    return { [Symbol.dispose]: () => void this.#tickers.delete(ticker) };
  }

  /** Lets time pass for everybody. */
  pass(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const due = [...this.#tickers].filter(({ next }) => next <= end).sort((a, b) => a.next - b.next)[0];
      if (due === undefined) break;
      this.#now = Math.max(this.#now, due.next);
      due.next += due.period;
      due.tick();
    }
    this.#now = end;
  }

  /** Not while files are read or written: on a busy machine that takes many times the patience, and time would be up for it. */
  #jumpAtRest(sleeper: Sleeper): void {
    setTimeout(() => {
      if (process.getActiveResourcesInfo().some(isOfFiles)) this.#jumpAtRest(sleeper);
      else this.#jump(sleeper);
    }, this.patienceMs);
  }

  #jump(sleeper: Sleeper): void {
    const index = this.#sleepers.indexOf(sleeper);
    if (index === -1) return;
    this.#sleepers.splice(index, 1);
    if (sleeper.due > this.#now) this.pass(sleeper.due - this.#now);
    sleeper.wake();
  }
}
