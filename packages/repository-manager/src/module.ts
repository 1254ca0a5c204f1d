import { TOKENS } from '@umbracore/contracts';
import { ContainerModule } from 'inversify';
import { areOthersAtWork } from './others-at-work.ts';
import { createRepositories } from './repositories.ts';

/** Binds `Repositories`. */
export const repositoryManagerModule: ContainerModule = new ContainerModule(({ bind }) => {
  bind(TOKENS.Repositories)
    .toResolvedValue(
      (registry, secrets, host, processes, wrappers, clock, log, events, store) => {
        const othersAtWork = () => areOthersAtWork(store, processes, clock);
        return createRepositories({ registry, secrets, host, processes, othersAtWork, wrappers, clock, log, events });
      },
      [
        TOKENS.BackendRegistry,
        TOKENS.SecretResolver,
        TOKENS.BackendHost,
        TOKENS.ProcessTable,
        TOKENS.BackendWrappers,
        TOKENS.Clock,
        TOKENS.Log,
        TOKENS.EventStream,
        TOKENS.StateStore,
      ],
    )
    .inSingletonScope();
});
