import type { Delivery, DeliveryEnd, DurationMs, Instant, UmbraError } from '@umbracore/contracts';

const firstMs: DurationMs = 10_000;
const longestMs: DurationMs = 3_600_000;
/** Two days of trying, or four of what was refused. */
const mostTries = 100;

/**
 * What becomes of a delivery that did not arrive. It is tried again, later each time, with chance in it so that not all come at
 * once, and not before the service wants it. What was refused is tried each hour too: most likely a person mends the channel.
 */
export function afterFailure(
  { tries }: Pick<Delivery, 'tries'>,
  thrown: UmbraError,
  now: Instant,
  random: number,
): DeliveryEnd {
  const error = thrown.toRecord();
  if (tries + 1 >= mostTries) return { state: 'failed', error };
  if (error.code !== 'notify.unreachable') return { state: 'waiting', dueAt: now + longestMs, error };
  const most = Math.min(longestMs, firstMs * 2 ** Math.min(tries, 20));
  const { retryAfterMs: asked } = thrown.context;
  const least = typeof asked === 'number' && asked > 0 ? Math.min(asked, longestMs) : 0;
  return { state: 'waiting', dueAt: now + least + Math.ceil(random * most), error };
}
