import type { Clock, EventStream, Log } from '@umbracore/contracts';
import { stalenessOf, type Staleness } from '@umbracore/runtime/history';
import type { Daemon } from '../daemon.ts';
import { staleChanges, type StaleChange } from './stale-changes.ts';
import { readTold, writeTold } from './told-file.ts';

/** Staleness comes with time, not only with what happens, and counts in hours. */
const everyMs = 5 * 60_000;

/** Runs that end close to one another are looked at together. */
const gatherMs = 1000;

export interface Watched {
  readonly stateDir: string;
  readonly events: EventStream;
  readonly clock: Clock;
  readonly log: Log;
  /** How all jobs stand now. */
  readonly look: () => Promise<readonly Staleness[]>;
}

/** Tells of jobs that become stale, and that are not any more, until disposed. */
export function watchStaleness({ stateDir, events, clock, log, look }: Watched): Disposable {
  const ending = new AbortController();
  let told = readTold(stateDir);
  let turn: Promise<void> = Promise.resolve();
  let gathering = false;

  const tell = async (): Promise<void> => {
    if (ending.signal.aborted) return;
    const statuses = await look();
    if (ending.signal.aborted) return;
    const { changes, told: next } = staleChanges(told, statuses, clock.now());
    const isNew = changes.length > 0 || next.size !== told.size;
    told = next;
    for (const change of changes) publish(change);
    // Afterwards: after a crash in between it is told twice, and not never.
    if (isNew) writeTold(stateDir, told);
  };
  const publish = (change: StaleChange): void => {
    log[change.type === 'job.stale' ? 'warn' : 'info']({ job: change.job, event: change.type }, change.text);
    events.publish({ ...change, time: clock.now() });
  };
  // One after the other: what an older look found must not come after what a younger one did.
  const next = (): void => {
    turn = turn.then(tell).catch((error: unknown) => {
      if (!ending.signal.aborted) log.warn({ error: String(error) }, 'what is stale could not be found out or kept');
    });
  };
  const soon = (): void => {
    if (gathering) return;
    gathering = true;
    const look = (): void => {
      gathering = false;
      next();
    };
    clock.sleep(gatherMs, ending.signal).then(look, () => {});
  };

  const ticking = clock.every(everyMs, next);
  const listening = events.onAny(({ type }) => {
    if (type === 'run.finished' || type === 'config.reloaded') soon();
  });
  soon();
  return {
    [Symbol.dispose]() {
      ending.abort();
      ticking[Symbol.dispose]();
      listening[Symbol.dispose]();
    },
  };
}

/** Over all jobs of the configuration that is in force. */
export function watchStalenessOf({ runtime, live }: Daemon): Disposable {
  const { events, clock, log, paths } = runtime;
  const look = (): Promise<readonly Staleness[]> =>
    stalenessOf({ ...runtime, configuration: live.current }, [...live.current.jobs.values()], clock.now());
  return watchStaleness({ stateDir: paths.stateDir, events, clock, log, look });
}
