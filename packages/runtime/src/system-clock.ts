import type { Clock } from '@umbracore/contracts';

/** Node turns a longer timeout into 1 ms. */
const longestTimerMs = 2 ** 31 - 1;

/** The real clock. The only place besides the shim that touches timers. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs,

  async sleep(delayMs, signal) {
    const end = monotonicMs() + delayMs;
    for (let left = delayMs; left > 0; left = end - monotonicMs()) await pause(Math.min(left, longestTimerMs), signal);
    signal?.throwIfAborted();
  },

  every(periodMs, tick) {
    const timer = setInterval(tick, periodMs);
    return { [Symbol.dispose]: () => clearInterval(timer) };
  },
};

/** Without `performance`, which would load ten modules of Node. */
function monotonicMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}

function pause(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(signal.reason);
    const abort = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, delayMs);
    signal?.addEventListener('abort', abort, { once: true });
  });
}
