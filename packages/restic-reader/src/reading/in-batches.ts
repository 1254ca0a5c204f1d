import { throwIfAborted } from '../problems.ts';

/** Results in the order of the items, with at most `most` of them being worked on. */
export async function inBatches<T, R>(
  items: readonly T[],
  most: number,
  work: (item: T) => Promise<R>,
  signal: AbortSignal | undefined,
): Promise<readonly R[]> {
  const results: R[] = [];
  for (let at = 0; at < items.length; at += most) {
    throwIfAborted(signal);
    results.push(...(await Promise.all(items.slice(at, at + most).map(work))));
  }
  return results;
}
