import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '@umbracore/contracts';

/** The machine's time: what a plug-in works with is real, and takes the time that it takes. */
export const realClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: (delayMs, signal) => sleep(delayMs, undefined, signal && { signal }),
  every(periodMs, tick) {
    const timer = setInterval(tick, periodMs);
    return { [Symbol.dispose]: () => clearInterval(timer) };
  },
};
