import { TOKENS } from '@umbracore/contracts';
import { ContainerModule } from 'inversify';
import { Restores, type RestoresOptions } from './restores.ts';

/** Binds `Restores`. `dir` is where the records are. */
export const restoreModule = ({ dir, undo }: Pick<RestoresOptions, 'dir' | 'undo'>): ContainerModule =>
  new ContainerModule(({ bind }) => {
    bind(Restores)
      .toResolvedValue(
        (clock, log, events, processTable) =>
          new Restores({ dir, clock, log, events, processTable, random: Math.random, undo }),
        [TOKENS.Clock, TOKENS.Log, TOKENS.EventStream, TOKENS.ProcessTable],
      )
      .inSingletonScope();
  });
