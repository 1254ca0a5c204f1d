import { TOKENS, type RepositoryDefinition } from '@umbracore/contracts';
import { ContainerModule } from 'inversify';
import { areOthersAtWork } from './others-at-work.ts';
import { createRepositories } from './repositories.ts';

/** Binds `Repositories`. */
export const repositoryManagerModule: ContainerModule = new ContainerModule(({ bind }) => {
  bind(TOKENS.Repositories)
    .toResolvedValue(
      (registry, secrets, host, processes, wrappers, clock, log, events, store) => {
        const ports = { store, host, processes, clock };
        const othersAtWork = (repository: RepositoryDefinition) => areOthersAtWork(ports, repository);
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
