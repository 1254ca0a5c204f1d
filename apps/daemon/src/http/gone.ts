import type { Exchange } from './route.ts';

/** Aborts when whoever asked has gone, also if that was before anybody wanted to know. */
export function goneSignal({ response }: Pick<Exchange, 'response'>): AbortSignal {
  if (response.closed || response.destroyed) return AbortSignal.abort();
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  return gone.signal;
}
