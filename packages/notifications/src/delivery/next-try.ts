import type { Delivery, DeliveryEnd, DurationMs, ErrorRecord, Instant } from '@umbracore/contracts';

const firstMs: DurationMs = 10_000;
const longestMs: DurationMs = 3_600_000;
/** Two days of trying, or four of what was refused. */
const mostTries = 100;

/**
 * What becomes of a delivery that did not arrive. It is tried again, later each time, with chance in it so that not all come at
 * once. What was refused is tried each hour too: most likely a person mends the channel.
 */
export function afterFailure(
  { tries }: Pick<Delivery, 'tries'>,
  error: ErrorRecord,
  now: Instant,
  random: number,
): DeliveryEnd {
  if (tries + 1 >= mostTries) return { state: 'failed', error };
  const isPassing = error.code === 'notify.unreachable';
  const most = isPassing ? Math.min(longestMs, firstMs * 2 ** Math.min(tries, 20)) : longestMs;
  return { state: 'waiting', dueAt: now + (isPassing ? Math.ceil(random * most) : most), error };
}
