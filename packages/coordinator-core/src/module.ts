import { TOKENS } from '@umbracore/contracts';
import { ContainerModule } from 'inversify';
import { BackupCoordinator } from './coordinator.ts';

export interface CoordinatorModuleOptions {
  /** Folder of the engines' traces. */
  readonly spoolDir: string;
  /** Host name on snapshots. */
  readonly host: string;
}

/** Binds `BackupCoordinator`, by its class. */
export const coordinatorModule = ({ spoolDir, host }: CoordinatorModuleOptions): ContainerModule =>
  new ContainerModule(({ bind }) => {
    bind(BackupCoordinator)
      .toResolvedValue(
        (
          store,
          repositories,
          events,
          clock,
          processTable,
          engineProcesses,
          privileged,
          secrets,
          { env, scratchDir },
          calendar,
          timetables,
          conditions,
          hooks,
          sensors,
          log,
          damage,
        ) =>
          new BackupCoordinator({
            store,
            repositories,
            events,
            clock,
            processTable,
            engineProcesses,
            privileged,
            secrets,
            env,
            calendar,
            timetables,
            conditions,
            hooks,
            sensors,
            log,
            damage,
            spoolDir,
            scratchDir,
            host,
          }),
        [
          TOKENS.StateStore,
          TOKENS.Repositories,
          TOKENS.EventStream,
          TOKENS.Clock,
          TOKENS.ProcessTable,
          TOKENS.EngineProcesses,
          TOKENS.PrivilegedBridge,
          TOKENS.SecretResolver,
          TOKENS.BackendHost,
          TOKENS.Calendar,
          TOKENS.Timetables,
          TOKENS.Conditions,
          TOKENS.Hooks,
          TOKENS.Sensors,
          TOKENS.Log,
          TOKENS.DamageBook,
        ],
      )
      .inSingletonScope();
  });
