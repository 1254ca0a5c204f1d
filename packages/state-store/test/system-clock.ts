import type { Clock } from '@umbracore/contracts';

const unused = (): never => {
  throw new Error('the store waits for nothing');
};

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: unused,
  every: unused,
};
