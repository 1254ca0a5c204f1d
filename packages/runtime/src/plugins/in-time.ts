import type { Clock, UmbraError } from '@umbracore/contracts';

/** So long a plug-in may take to be loaded, and to be registered. */
export const readyWithinMs = 60_000;

/**
 * Nothing can begin before its plug-ins are there: one that never comes back is refused. Node itself would end without a word
 * where nothing else is waited for.
 */
export async function inTime<T>(clock: Clock, work: Promise<T>, late: () => UmbraError): Promise<T> {
  const over = new AbortController();
  const isLate = clock.sleep(readyWithinMs, over.signal).then(
    () => true,
    () => false,
  );
  try {
    return await Promise.race([work, isLate.then((yes) => (yes ? Promise.reject(late()) : work))]);
  } finally {
    over.abort();
  }
}
