import { ContainerModule } from 'inversify';
import { TOKENS } from '@umbracore/contracts';
import { openStateStore, type StateStoreOptions } from './open-state-store.ts';

/** Binds `StateStore` to the store of a folder; it is opened when it is asked for first. */
export const stateStoreModule = (options: Pick<StateStoreOptions, 'dir' | 'readOnly'>): ContainerModule =>
  new ContainerModule(({ bind }) => {
    bind(TOKENS.StateStore)
      .toResolvedValue((clock, log) => openStateStore({ ...options, clock, log }), [TOKENS.Clock, TOKENS.Log])
      .inSingletonScope();
  });
