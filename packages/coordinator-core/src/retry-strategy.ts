import { UmbraError } from '@umbracore/contracts';
import type { RetryStrategy as Strategy } from '@umbracore/contracts';
import { durationMs } from './duration.ts';
import type { Duration } from './duration.ts';

export interface BackoffInit {
  /** Tries in all, the first one included. */
  readonly maxAttempts: number;
  /** Upper bound of the first wait; 1 minute if absent. */
  readonly initialDelay?: Duration;
  /** Upper bound of any wait; 30 minutes if absent. */
  readonly maxDelay?: Duration;
  /** How much the bound grows with each wait; 2 if absent. */
  readonly factor?: number;
  /** No attempt starts later than this after the first; 2 hours if absent. */
  readonly maxTotal?: Duration;
}

export type RetryStrategy = Strategy;

/** Makes retry strategies. Only failures that may pass by themselves are ever retried. */
export const RetryStrategy = {
  /** Waits that double, each drawn at random up to its bound, so that clients do not come back together. */
  exponentialBackoff(init: BackoffInit): Strategy {
    const { maxAttempts, initialDelay = '1m', maxDelay = '30m', factor = 2, maxTotal = '2h' } = init;
    if (!Number.isFinite(factor) || factor < 1) {
      throw new UmbraError('usage.invalid', `A back-off factor of ${factor} would not grow`, {
        hint: 'Use a factor of 1 or more.',
      });
    }
    return {
      type: 'exponentialBackoff',
      maxAttempts: attempts(maxAttempts),
      initialDelayMs: durationMs(initialDelay),
      maxDelayMs: durationMs(maxDelay),
      factor,
      maxTotalMs: durationMs(maxTotal),
    };
  },
  /** The same wait before each further try. */
  fixed({ maxAttempts, delay }: { readonly maxAttempts: number; readonly delay: Duration }): Strategy {
    return { type: 'fixed', maxAttempts: attempts(maxAttempts), delayMs: durationMs(delay) };
  },
  /** One try. */
  none(): Strategy {
    return { type: 'none' };
  },
} as const;

function attempts(value: number): number {
  if (Number.isInteger(value) && value >= 1) return value;
  throw new UmbraError('usage.invalid', `maxAttempts is ${value}`, { hint: 'Use a whole number of 1 or more.' });
}
