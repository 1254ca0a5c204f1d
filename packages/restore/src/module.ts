import { TOKENS } from '@umbracore/contracts';
import { ContainerModule } from 'inversify';
import { Restores } from './restores.ts';

/** Binds `Restores`. `dir` is where the records are. */
export const restoreModule = ({ dir }: { readonly dir: string }): ContainerModule =>
  new ContainerModule(({ bind }) => {
    bind(Restores)
      .toResolvedValue(
        (clock, log, events, processTable) =>
          new Restores({ dir, clock, log, events, processTable, random: Math.random }),
        [TOKENS.Clock, TOKENS.Log, TOKENS.EventStream, TOKENS.ProcessTable],
      )
      .inSingletonScope();
  });
