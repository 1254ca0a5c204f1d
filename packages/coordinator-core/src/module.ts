import { TOKENS } from '@umbracore/contracts';
import { ContainerModule } from 'inversify';
import { BackupCoordinator } from './coordinator.ts';
import type { CoordinatorPorts } from './ports.ts';

export interface CoordinatorModuleOptions {
  /** Folder of the engines' traces. */
  readonly spoolDir: string;
  /** Host name on snapshots. */
  readonly host: string;
  readonly tidyPlaces?: CoordinatorPorts['tidyPlaces'];
}

/** Binds `BackupCoordinator`, by its class. */
export const coordinatorModule = ({ spoolDir, host, tidyPlaces }: CoordinatorModuleOptions): ContainerModule =>
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
            tidyPlaces,
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
