import type { RunId } from '@umbracore/contracts';
import type { Runtime } from '@umbracore/runtime';
import type { Interrupt } from '../interrupt.ts';

/** So long may killing take before the program ends without it. */
const killPatienceMs = 3000;

/**
 * Ties the runs that this process carries out to its signals: the first one cancels them, whoever asked for them, and a
 * second one kills their engines. Disposing it unties them.
 */
export function tieToSignals(
  { coordinator, events, store, processes, clock }: Runtime,
  interrupt: Interrupt,
): Disposable {
  const underWay = new Set<RunId>();
  const signal = interrupt.cancel;
  const cancel = (run: RunId): void => void cancelUnlessOfChain(run).catch(() => {});
  /** A chain that is cancelled cancels its runs itself, but for what closes what it opened. */
  const cancelUnlessOfChain = async (run: RunId): Promise<void> => {
    const parent = (await store.run(run))?.parent ?? '';
    if (!underWay.has(parent)) await coordinator.cancel(run, String(signal.reason));
  };
  const cancelAll = (): void => underWay.forEach(cancel);

  const listening = events.onAny((event) => {
    if (event.type === 'run.finished') underWay.delete(event.run);
    if (event.type !== 'run.started' && event.type !== 'run.adopted') return;
    underWay.add(event.run);
    if (signal.aborted) cancel(event.run);
  });
  signal.addEventListener('abort', cancelAll, { once: true });
  const killEngines = async (): Promise<void> => {
    for (const run of underWay) {
      // On record before the engine dies, or recovery would take its death for a crash and begin again.
      await store.requestCancel(run, clock.now());
      for (const { detail } of await store.steps(run)) {
        if (typeof detail['spool'] === 'string') await (await processes.find(detail['spool']))?.kill();
      }
    }
  };
  interrupt.onKill(() => Promise.race([killEngines(), clock.sleep(killPatienceMs)]));
  return {
    [Symbol.dispose]() {
      listening[Symbol.dispose]();
      signal.removeEventListener('abort', cancelAll);
    },
  };
}
