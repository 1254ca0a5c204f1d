import { UmbraError } from '@umbracore/contracts';
import type { Clock, DurationMs } from '@umbracore/contracts';

const checkMs: DurationMs = 1000;

/**
 * Gives the work so long, in monotonic time, and a signal that aborts when it is over or when `outer` aborts. The answer
 * does not wait for work that ignores its signal, such as a `stat` on a dead file server.
 */
export async function within<T>(
  clock: Clock,
  limitMs: DurationMs,
  outer: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const timeout = new AbortController();
  const end = clock.monotonicMs() + limitMs;
  using _ticking = clock.every(Math.min(checkMs, limitMs), () => {
    if (clock.monotonicMs() < end) return;
    timeout.abort(new UmbraError('repository.unreachable', `There was no answer within ${limitMs / 1000} s`));
  });
  const signal = outer === undefined ? timeout.signal : AbortSignal.any([outer, timeout.signal]);
  return await untilAborted(work(signal), signal);
}

/** The outcome of the work, or the signal's reason as soon as it aborts. */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
