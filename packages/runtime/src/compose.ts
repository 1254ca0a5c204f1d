import 'reflect-metadata';
import { mkdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { Container, type ContainerModule } from 'inversify';
import type { OnFault } from '@umbracore/config';
import {
  TOKENS,
  UmbraError,
  type Calendar,
  type Clock,
  type Conditions,
  type Configuration,
  type EngineProcesses,
  type EventStream,
  type Hooks,
  type JobDefinition,
  type Log,
  type Notifiers,
  type PrivilegedBridge,
  type ProcessTable,
  type Repositories,
  type SecretResolver,
  type Sensors,
  type StateStore,
} from '@umbracore/contracts';
import { BackupCoordinator } from '@umbracore/coordinator-core';
import { coordinatorModule, type CoordinatorModuleOptions } from '@umbracore/coordinator-core/module';
import { systemProcessTable } from '@umbracore/engine-process';
import { engineProcesses } from '@umbracore/engine-process/module';
import type { Notifications } from '@umbracore/notifications';
import { repositoryManagerModule } from '@umbracore/repository-manager/module';
import { Restores } from '@umbracore/restore';
import { restoreModule } from '@umbracore/restore/module';
import { schedulerModule } from '@umbracore/scheduler/module';
import { openStateStore } from '@umbracore/state-store';
import { tidyOwnedFolders } from './folders-left.ts';
import { ownScratch } from './own-folder.ts';
import { namingCreate } from './passwords/own-password.ts';
import { createCatalogs, type Catalogs } from './catalogs.ts';
import { runtimeModule } from './module.ts';
import { damageBook } from './status/mend-command.ts';
import { notificationsOf } from './notifications.ts';
import { createEventStream } from './event-stream.ts';
import { judgesOf } from './judges.ts';
import { operatorLog } from './operator-log.ts';
import { runtimePaths, type RuntimePaths } from './paths.ts';
import type { ComposeOptions } from './compose-options.ts';
import { checkRepositories } from './plugins/check-repositories.ts';
import type { PluginFacts } from './plugins/chosen-plugin.ts';
import { preparePlugins } from './plugins/prepare.ts';
import { socketDirOf } from './privileged-bridge.ts';
import { accept, readConfiguration } from './read-configuration.ts';
import { systemClock } from './system-clock.ts';
import { temporarySpool } from './temporary-spool.ts';

/** A call that ran something waits so long at most for what it has to tell. */
const deliverWithinMs = 10_000;

/** Everything wired together. Disposing it ends the coordinator and closes the store; engines that run go on. */
export interface Runtime extends AsyncDisposable {
  readonly configuration: Configuration;
  readonly coordinator: BackupCoordinator;
  readonly repositories: Repositories;
  readonly restores: Restores;
  readonly store: StateStore;
  readonly events: EventStream;
  readonly calendar: Calendar;
  readonly clock: Clock;
  readonly log: Log;
  readonly processes: EngineProcesses;
  readonly processTable: ProcessTable;
  readonly privileged: PrivilegedBridge;
  /** Where the sockets of the privileged program are. */
  readonly socketDir: string;
  readonly secrets: SecretResolver;
  readonly conditions: Conditions;
  readonly notifiers: Notifiers;
  readonly notifications: Notifications;
  readonly sensors: Sensors;
  readonly hooks: Hooks;
  readonly catalogs: Catalogs;
  readonly paths: RuntimePaths;
  /** In the order in which they were registered. */
  readonly plugins: readonly PluginFacts[];
  /** Reports of plug-ins that broke when they were asked about what `configuration` says to them: what needs them fails. */
  readonly faults: readonly UmbraError[];
  /**
   * Throws the report of repositories that no plug-in has a backend for, or whose options it refuses. A plug-in that broke when it was
   * asked is told to `onFault`, if that is given.
   */
  checkRepositories(configuration: Configuration, onFault?: OnFault): Promise<void>;
}

/** Reads the configuration, opens the state, registers the plug-ins and wires the parts. The only place with a container. */
export async function compose(options: ComposeOptions): Promise<Runtime> {
  const usual = runtimePaths(options);
  const log = operatorLog({ dir: usual.logDir, level: options.logLevel ?? 'info' });
  const scratch = ownScratch(usual.scratchDir, () => systemProcessTable().self());
  if (scratch.problem !== undefined) log.warn({ folder: scratch.folder }, `another scratch folder: ${scratch.problem}`);
  const paths: RuntimePaths = { ...usual, scratchDir: scratch.folder };
  const container = new Container({ defaultScope: 'Singleton' });
  const events = createEventStream(log);
  container.load(
    runtimeModule({ clock: systemClock, log, events, paths, env: options.env }),
    engineProcesses(options.shim),
    schedulerModule,
  );
  if (options.prepareEngine === true) container.get(TOKENS.EngineProcesses).prepare();

  const configuration = await readConfiguration(options);
  requireJobs(configuration, options.jobsRequired === true);
  const processes = container.get(TOKENS.EngineProcesses);
  const faults: UmbraError[] = [];
  const onFault = (report: UmbraError): void => {
    faults.push(report);
    log.warn({ code: report.code }, report.message);
  };
  const tools = { log, clock: systemClock, env: options.env, processes };
  const extensions = await preparePlugins(options, configuration, tools, onFault);
  const asked = judgesOf(extensions);
  const { conditions, sensors, hooks, notifiers } = asked;
  await accept(configuration, asked, options, onFault);
  makeFolders(paths);
  const store = await openStateStore({ dir: paths.stateDir, clock: systemClock, log });
  // A state folder that cannot be written takes no output of engines either, and must not stop a backup.
  const temporary = store.health.mode === 'volatile' ? temporarySpool(usual, systemProcessTable().self()) : undefined;

  container.bind(TOKENS.StateStore).toConstantValue(store);
  container.bind(TOKENS.BackendRegistry).toConstantValue(extensions.backends);
  container.bind(TOKENS.Conditions).toConstantValue(conditions);
  container.bind(TOKENS.Hooks).toConstantValue(hooks);
  container.bind(TOKENS.Sensors).toConstantValue(sensors);
  container.bind(TOKENS.SecretResolver).toConstantValue(namingCreate(extensions.secrets, paths.secretDir));
  const jobs = (): Iterable<JobDefinition> => container.get(BackupCoordinator).jobs();
  container.bind(TOKENS.DamageBook).toConstantValue(damageBook(paths.stateDir, jobs));
  const { restores: undo } = configuration;
  container.load(
    ...laterModules(
      {
        spoolDir: temporary?.spoolDir ?? paths.spoolDir,
        tidyPlaces: () =>
          tidyOwnedFolders({ processTable: systemProcessTable(), clock: systemClock }, usual.scratchDir),
      },
      { dir: join(paths.stateDir, 'restores'), undo },
    ),
  );
  const coordinator = container.get(BackupCoordinator);
  await coordinator.replace(configuration);
  const processTable = container.get(TOKENS.ProcessTable);
  const calendar = container.get(TOKENS.Calendar);
  const notifications = notificationsOf({ store, events, log, processTable, calendar, notifiers, paths });
  await notifications.replace(configuration);
  const repositories = container.get(TOKENS.Repositories);
  const catalogs = createCatalogs({ dir: join(paths.cacheDir, 'catalogs'), repositories, clock: systemClock, log });
  for (const alarm of store.health.alarms) events.publish({ type: 'state.alarm', time: systemClock.now(), alarm });

  return {
    configuration,
    coordinator,
    store,
    events,
    log,
    paths,
    conditions,
    notifiers,
    notifications,
    sensors,
    hooks,
    repositories,
    catalogs,
    plugins: extensions.plugins,
    faults,
    checkRepositories: (next, told) => checkRepositories(next, extensions, told),
    restores: container.get(Restores),
    calendar,
    clock: container.get(TOKENS.Clock),
    processes,
    processTable,
    privileged: container.get(TOKENS.PrivilegedBridge),
    socketDir: socketDirOf(options.env),
    secrets: container.get(TOKENS.SecretResolver),
    async [Symbol.asyncDispose]() {
      catalogs[Symbol.dispose]();
      await coordinator[Symbol.asyncDispose]();
      // The verdict is told already; what does not arrive in time is the next process's.
      if (notifications.hasNews) await notifications.deliver(deliverWithinMs);
      await notifications[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
      temporary?.[Symbol.dispose]();
      scratch[Symbol.dispose]();
      await log[Symbol.asyncDispose]();
    },
  };
}

interface RestorePlace {
  readonly dir: string;
  readonly undo: Configuration['restores'];
}

function laterModules(
  places: Pick<CoordinatorModuleOptions, 'spoolDir' | 'tidyPlaces'>,
  { dir, undo }: RestorePlace,
): readonly ContainerModule[] {
  return [
    repositoryManagerModule,
    coordinatorModule({ ...places, host: hostname() }),
    restoreModule({ dir, undo: () => undo }),
  ];
}

function requireJobs(configuration: Configuration, required: boolean): void {
  if (!required || configuration.jobs.size > 0) return;
  throw new UmbraError(
    'config.no-jobs',
    `${configuration.file ?? 'the configuration'} has no jobs, so nothing would be saved`,
    {
      hint: 'Add one with `umbra job add NAME FOLDER`.',
    },
  );
}

/** What cannot be made is reported by the part that needs it; a state that cannot be written must not stop a backup. */
function makeFolders(paths: RuntimePaths): void {
  for (const folder of Object.values(paths)) {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
    } catch {
      continue;
    }
  }
}
