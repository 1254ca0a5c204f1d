import { readFileSync } from 'node:fs';

const lookEveryMs = 1000;
/** So long no test keeps its process from looking at the clock. */
const standstillMs = 5000;

/** Milliseconds in which somebody waited for a processor, since the machine was started; 0 where nobody counts that. */
function stalledMs(): number {
  try {
    const [, total = '0'] = /^some .*total=(\d+)/m.exec(readFileSync('/proc/pressure/cpu', 'latin1')) ?? [];
    return Number(total) / 1000;
  } catch {
    return 0;
  }
}

/** Adds up the time in which nothing could move. */
class Losses {
  #lostMs = 0;
  #last = { atMs: performance.now(), stalledMs: stalledMs() };

  constructor() {
    setInterval(() => this.upToNow(), lookEveryMs).unref();
  }

  upToNow(): number {
    const now = { atMs: performance.now(), stalledMs: stalledMs() };
    const passed = now.atMs - this.#last.atMs;
    this.#lostMs += passed > standstillMs ? passed : Math.min(passed, now.stalledMs - this.#last.stalledMs);
    this.#last = now;
    return this.#lostMs;
  }
}

const key = Symbol.for('umbra.stopwatch.losses');
/** Files share a process, and each loads this anew. */
const losses = ((globalThis as { [key]?: Losses })[key] ??= new Losses());

/**
 * Counts milliseconds, but for those in which the machine had more to do than it could, and those in which this process stood
 * still: what waits for a processor, or is frozen with everything else, does not hang.
 */
export function stopwatch(): () => number {
  const [started, lost] = [performance.now(), losses.upToNow()];
  return () => performance.now() - started - (losses.upToNow() - lost);
}
