import { setTimeout as after } from 'node:timers/promises';
import type { Clock } from '@umbracore/contracts';

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: (delayMs, signal) => after(delayMs, undefined, signal === undefined ? {} : { signal }),
  every() {
    throw new Error('conditions do nothing by themselves');
  },
};
