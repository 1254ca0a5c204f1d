import { isTerminal, UmbraError, type RunId, type RunRecord } from '@umbracore/contracts';
import type { Runtime } from '@umbracore/runtime';

/** The end is told as an event by whoever brings it about here; of another process it is only seen in the store. */
const lookEveryMs = 1000;

export interface Follower {
  /** Aborts when the run is to be cancelled. */
  readonly cancelled?: AbortSignal;
  /** Aborts when nobody waits any more: the run is then given as it is, and goes on. */
  readonly gone?: AbortSignal;
}

/** Resolves to a run when it has ended, whoever carries it out. */
export async function followRun(
  { store, events, clock, coordinator }: Pick<Runtime, 'store' | 'events' | 'clock' | 'coordinator'>,
  id: RunId,
  { cancelled, gone }: Follower,
): Promise<RunRecord> {
  let wake = (): void => {};
  using _finished = events.on('run.finished', ({ run }) => run === id && wake());
  using _cancelled = onAbort(cancelled, ({ reason }) => void coordinator.cancel(id, String(reason)).catch(() => {}));
  using _gone = onAbort(gone, () => wake());
  for (;;) {
    const news = new Promise<void>((resolve) => (wake = resolve));
    const run = await store.run(id);
    if (run === undefined) throw new UmbraError('usage.unknown-run', `there is no run ${id}`);
    if (isTerminal(run.state) || gone?.aborted === true) return run;
    const over = new AbortController();
    await Promise.race([news, clock.sleep(lookEveryMs, over.signal).catch(() => {})]);
    over.abort();
  }
}

/** Acts when the signal aborts, at once if it has already, until disposed. */
function onAbort(signal: AbortSignal | undefined, act: (signal: AbortSignal) => void): Disposable {
  const abort = (): void => {
    if (signal !== undefined) act(signal);
  };
  signal?.addEventListener('abort', abort, { once: true });
  if (signal?.aborted === true) abort();
  return { [Symbol.dispose]: () => signal?.removeEventListener('abort', abort) };
}
