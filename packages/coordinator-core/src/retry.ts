import { errorCatalogue } from '@umbracore/contracts';
import type { AttemptRecord, DurationMs, ErrorRecord, Instant, RetryStrategy } from '@umbracore/contracts';

/**
 * An interrupted attempt is not the fault of the repository, so it does not use up a try of the strategy, and it is
 * made up for even without one. The limit keeps a run that brings the machine down from doing so for ever.
 */
export const interruptionLimit = 3;

export interface RetryQuestion {
  readonly strategy: RetryStrategy;
  readonly error: ErrorRecord;
  /** All attempts so far, the failed one included. */
  readonly attempts: readonly AttemptRecord[];
  readonly now: Instant;
  /** From 0 to below 1. */
  readonly random: number;
}

export type RetryAnswer =
  | { readonly retry: true; readonly at: Instant }
  | { readonly retry: false; readonly reason: 'not-retryable' | 'no-strategy' | 'attempts' | 'time' };

/** When the next attempt is due, or why there is none. */
export function nextAttempt({ strategy, error, attempts, now, random }: RetryQuestion): RetryAnswer {
  if (!errorCatalogue[error.code].retryable) return { retry: false, reason: 'not-retryable' };
  if (error.code === 'run.interrupted') {
    return interruptions(attempts) < interruptionLimit
      ? { retry: true, at: now }
      : { retry: false, reason: 'attempts' };
  }
  if (strategy.type === 'none') return { retry: false, reason: 'no-strategy' };
  const tries = attempts.length - interruptions(attempts);
  if (tries >= strategy.maxAttempts) return { retry: false, reason: 'attempts' };
  const at = now + delayBefore(strategy, tries, random);
  if (strategy.type === 'exponentialBackoff') {
    const first = attempts[0]?.startedAt ?? now;
    if (at - first > strategy.maxTotalMs) return { retry: false, reason: 'time' };
  }
  return { retry: true, at };
}

/** Tries in all that a strategy allows. */
export const maxAttemptsOf = (strategy: RetryStrategy): number => (strategy.type === 'none' ? 1 : strategy.maxAttempts);

const interruptions = (attempts: readonly AttemptRecord[]): number =>
  attempts.filter(({ outcome }) => outcome === 'interrupted').length;

/**
 * Full jitter: anything from nothing to the whole delay. Clients that failed together then do not come back together.
 */
function delayBefore(strategy: Exclude<RetryStrategy, { type: 'none' }>, tries: number, random: number): DurationMs {
  if (strategy.type === 'fixed') return strategy.delayMs;
  const ceiling = Math.min(strategy.maxDelayMs, strategy.initialDelayMs * strategy.factor ** Math.max(0, tries - 1));
  return Math.floor(random * ceiling);
}
