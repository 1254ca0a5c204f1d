import type { Calendar, Clock, Configuration, ProcessTable, StateStore } from '@umbracore/contracts';
import { systemProcessTable } from '@umbracore/engine-process';
import { calendar } from '@umbracore/scheduler';
import { openStateStore } from '@umbracore/state-store';
import type { ComposeOptions } from './compose-options.ts';
import { operatorLog } from './operator-log.ts';
import { runtimePaths, type RuntimePaths } from './paths.ts';
import { readConfiguration } from './read-configuration.ts';
import { systemClock } from './system-clock.ts';

/** What is configured and what happened, without anything that could run a job: opens in a fraction of the time. */
export interface History extends AsyncDisposable {
  readonly configuration: Configuration;
  readonly store: StateStore;
  readonly calendar: Calendar;
  readonly clock: Clock;
  readonly processTable: ProcessTable;
  readonly paths: RuntimePaths;
}

/** Throws `config.*` as `compose` does. It is also the door `./history`, behind which nothing that runs jobs is loaded. */
export async function openHistory(options: ComposeOptions): Promise<History> {
  const paths = runtimePaths(options);
  const configuration = await readConfiguration(options);
  const log = operatorLog({ dir: paths.logDir, level: options.logLevel ?? 'info' });
  const store = await openStateStore({ dir: paths.stateDir, clock: systemClock, log });
  return {
    configuration,
    store,
    calendar,
    clock: systemClock,
    processTable: systemProcessTable(),
    paths,
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]();
      await log[Symbol.asyncDispose]();
    },
  };
}
