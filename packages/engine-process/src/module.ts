import { ContainerModule } from 'inversify';
import { TOKENS } from '@umbracore/contracts';
import { createEngineProcesses } from './engine-processes.ts';
import type { StartedShim } from './start-shim.ts';
import { systemProcessTable } from './system-process-table.ts';

/** Binds `ProcessTable` and `EngineProcesses`; needs `Clock` and `Log`. */
export const engineProcessModule = engineProcesses(undefined);

/** The same, with a shim for the first engine that was started before anything else. */
export function engineProcesses(shim: StartedShim | undefined): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(TOKENS.ProcessTable).toResolvedValue(systemProcessTable).inSingletonScope();
    bind(TOKENS.EngineProcesses)
      .toResolvedValue(
        (clock, log, processTable) => createEngineProcesses({ clock, log, processTable, shim }),
        [TOKENS.Clock, TOKENS.Log, TOKENS.ProcessTable],
      )
      .inSingletonScope();
  });
}
