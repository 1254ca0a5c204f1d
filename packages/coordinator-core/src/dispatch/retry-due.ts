import type { DurationMs, Instant, RetryStrategy, RunRecord } from '@umbracore/contracts';

/**
 * When the next attempt of a run is due. No strategy waits longer than its longest delay: a moment that is further away was
 * noted by a clock that has been set back since.
 */
export function retryDueAt({ retryAt, plan }: RunRecord, now: Instant): Instant {
  if (retryAt === null) return now;
  return retryAt - now > longestDelay(plan.job.retry) ? now : retryAt;
}

/** Whether a run tries again, and not yet. */
export const isLaterRetry = (run: RunRecord, now: Instant): boolean =>
  run.state === 'retrying' && retryDueAt(run, now) > now;

function longestDelay(strategy: RetryStrategy): DurationMs {
  switch (strategy.type) {
    case 'none':
      return 0;
    case 'fixed':
      return strategy.delayMs;
    case 'exponentialBackoff':
      return strategy.maxDelayMs;
  }
}
