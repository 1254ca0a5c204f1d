import { ContainerModule } from 'inversify';
import { TOKENS } from '@umbracore/contracts';
import { createEngineProcesses } from './engine-processes.ts';
import { systemProcessTable } from './system-process-table.ts';

/** Binds `ProcessTable` and `EngineProcesses`; needs `Clock` and `Log`. */
export const engineProcessModule = new ContainerModule(({ bind }) => {
  bind(TOKENS.ProcessTable).toResolvedValue(systemProcessTable).inSingletonScope();
  bind(TOKENS.EngineProcesses)
    .toResolvedValue(
      (clock, log, processTable) => createEngineProcesses({ clock, log, processTable }),
      [TOKENS.Clock, TOKENS.Log, TOKENS.ProcessTable],
    )
    .inSingletonScope();
});
