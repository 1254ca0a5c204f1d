import { TOKENS } from '@umbracore/contracts';
import { ContainerModule } from 'inversify';
import { createRepositories } from './repositories.ts';

/** Binds `Repositories`. */
export const repositoryManagerModule: ContainerModule = new ContainerModule(({ bind }) => {
  bind(TOKENS.Repositories)
    .toResolvedValue(
      (registry, secrets, host, processes, wrappers, clock, log, events) =>
        createRepositories({ registry, secrets, host, processes, wrappers, clock, log, events }),
      [
        TOKENS.BackendRegistry,
        TOKENS.SecretResolver,
        TOKENS.BackendHost,
        TOKENS.ProcessTable,
        TOKENS.BackendWrappers,
        TOKENS.Clock,
        TOKENS.Log,
        TOKENS.EventStream,
      ],
    )
    .inSingletonScope();
});
