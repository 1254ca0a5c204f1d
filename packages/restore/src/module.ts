import { TOKENS } from '@umbracore/contracts';
import { ContainerModule } from 'inversify';
import { Restores } from './restores.ts';

/** Binds `Restores`. `dir` is where the records are. */
export const restoreModule = ({ dir }: { readonly dir: string }): ContainerModule =>
  new ContainerModule(({ bind }) => {
    bind(Restores)
      .toResolvedValue(
        (clock, log, processTable) => new Restores({ dir, clock, log, processTable, random: Math.random }),
        [TOKENS.Clock, TOKENS.Log, TOKENS.ProcessTable],
      )
      .inSingletonScope();
  });
