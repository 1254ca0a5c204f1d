import type { Clock, EventStream, Log, RunRecord } from '@umbracore/contracts';

/** Runs come in groups, such as those of a chain; nobody waits for a catalog. */
const quietMs = 10_000;

export interface Filling {
  readonly events: EventStream;
  readonly clock: Clock;
  readonly log: Log;
  /** Brings the catalog of one repository up to date. */
  readonly fill: (repository: string, signal: AbortSignal) => Promise<void>;
}

/** Has catalogs filled after runs that changed which snapshots there are, one after the other, until disposed. */
export function fillCatalogs({ events, clock, log, fill }: Filling): Disposable {
  const ending = new AbortController();
  const due = new Set<string>();
  let isWorking = false;

  const work = async (): Promise<void> => {
    await clock.sleep(quietMs, ending.signal);
    for (const repository of due) {
      due.delete(repository);
      await fill(repository, ending.signal).catch((error: unknown) => {
        if (!ending.signal.aborted) log.warn({ repository, error: String(error) }, 'the catalog could not be filled');
      });
      ending.signal.throwIfAborted();
    }
  };
  const soon = async (): Promise<void> => {
    if (isWorking) return;
    isWorking = true;
    while (due.size > 0) await work();
    isWorking = false;
  };

  const listening = events.on('run.finished', ({ record }) => {
    const { repository } = record.plan;
    if (repository === null || (repository.catalogBytes ?? 0) === 0 || !changesSnapshots(record)) return;
    due.add(repository.name);
    // It rejects when the daemon ends.
    soon().catch(() => undefined);
  });
  return {
    [Symbol.dispose]() {
      ending.abort();
      listening[Symbol.dispose]();
    },
  };
}

const changesSnapshots = ({ plan: { job, options } }: RunRecord): boolean =>
  options.dryRun !== true && (job.kind === 'backup' || job.kind === 'copy' || job.kind === 'forget');
