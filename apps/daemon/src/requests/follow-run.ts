import { isTerminal, UmbraError, type RunId, type RunRecord } from '@umbracore/contracts';
import type { Runtime } from '@umbracore/runtime';

/** The end is told as an event by whoever brings it about here; of another process it is only seen in the store. */
const lookEveryMs = 1000;

/** Resolves to a run when it has ended, whoever carries it out. When the signal aborts the run is cancelled. */
export async function followRun(
  { store, events, clock, coordinator }: Pick<Runtime, 'store' | 'events' | 'clock' | 'coordinator'>,
  id: RunId,
  signal: AbortSignal,
): Promise<RunRecord> {
  let wake = (): void => {};
  using _finished = events.on('run.finished', ({ run }) => run === id && wake());
  const cancel = (): void => void coordinator.cancel(id, String(signal.reason)).catch(() => {});
  signal.addEventListener('abort', cancel, { once: true });
  if (signal.aborted) cancel();
  try {
    for (;;) {
      const finished = new Promise<void>((resolve) => (wake = resolve));
      const run = await store.run(id);
      if (run === undefined) throw new UmbraError('usage.unknown-run', `there is no run ${id}`);
      if (isTerminal(run.state)) return run;
      const over = new AbortController();
      await Promise.race([finished, clock.sleep(lookEveryMs, over.signal).catch(() => {})]);
      over.abort();
    }
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}
