import { UmbraError, type Clock, type DurationMs } from '@umbracore/contracts';

/** One message may take so long; others of its channel wait for it. */
export const deadlineMs: DurationMs = 20_000;

/** Rejects when the time is over, also if the work ignores its signal. */
export async function inTime(
  clock: Clock,
  outer: AbortSignal,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const abort = new AbortController();
  const signal = AbortSignal.any([outer, abort.signal]);
  const done = new AbortController();
  const late = clock.sleep(deadlineMs, AbortSignal.any([done.signal, outer])).then(
    () => {
      abort.abort();
      throw new UmbraError('notify.unreachable', `There was no answer within ${deadlineMs / 1000} s`);
    },
    () => (outer.aborted ? Promise.reject(new UmbraError('run.cancelled', 'Not waited for')) : undefined),
  );
  try {
    await Promise.race([work(signal), late]);
  } finally {
    done.abort();
    late.catch(() => undefined);
  }
}
