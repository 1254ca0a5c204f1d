import 'reflect-metadata';
import { join } from 'node:path';
import { Container } from 'inversify';
import { silentLog, TOKENS, type Clock, type Log, type Plugin } from '@umbracore/contracts';
import { BackupCoordinator } from '@umbracore/coordinator-core';
import { coordinatorModule } from '@umbracore/coordinator-core/module';
import { engineProcessModule } from '@umbracore/engine-process/module';
import { repositoryManagerModule } from '@umbracore/repository-manager/module';
import {
  conditionsOf,
  createEventStream,
  registerPlugins,
  runtimePaths,
  hooksOf,
  sensorsOf,
  systemClock,
} from '@umbracore/runtime';
import { runtimeModule } from '@umbracore/runtime/module';
import { schedulerModule } from '@umbracore/scheduler/module';
import { stateStoreModule } from '@umbracore/state-store/module';

export interface OwnOptions {
  readonly folder: string;
  readonly plugins: readonly Plugin[];
  /** Anything that a module of ours binds can be another one: here the log and the clock. */
  readonly log?: Log;
  readonly clock?: Clock;
  /** Where engines are looked for, and what they are given of it. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** A container with the parts that this program uses: backups by plug-ins of its own, a history, no configuration file. */
export async function ownContainer({
  folder,
  plugins,
  log = silentLog,
  clock = systemClock,
  env = process.env,
}: OwnOptions): Promise<Container> {
  const container = new Container({ defaultScope: 'Singleton' });
  const paths = runtimePaths({ env, home: folder, stateDir: join(folder, 'state') });
  container.load(
    runtimeModule({ clock, log, events: createEventStream(log), paths, env }),
    engineProcessModule,
    schedulerModule,
    repositoryManagerModule,
    coordinatorModule({ spoolDir: paths.spoolDir, host: 'my-host' }),
    stateStoreModule({ dir: paths.stateDir }),
  );
  // Opened now, so that whoever needs it later gets it at once.
  const store = await container.getAsync(TOKENS.StateStore);
  (await container.rebindAsync(TOKENS.StateStore)).toConstantValue(store);

  const chosen = plugins.map((plugin) => ({ plugin, options: undefined }));
  const { backends, secrets, conditions, hooks, sensors } = await registerPlugins(chosen, log);
  container.bind(TOKENS.BackendRegistry).toConstantValue(backends);
  container.bind(TOKENS.SecretResolver).toConstantValue(secrets);
  container.bind(TOKENS.Conditions).toConstantValue(conditionsOf(conditions, clock));
  container.bind(TOKENS.Hooks).toConstantValue(hooksOf(hooks));
  container.bind(TOKENS.Sensors).toConstantValue(sensorsOf(sensors, clock));
  container.bind(TOKENS.DamageBook).toConstantValue({
    of: () => Promise.resolve({ found: [], mended: [] }),
    mendCommand: ({ name }) => `mend ${name}`,
  });
  return container;
}

/** A class of this program, made by the container with the parts that it asks for. */
export class Nightly {
  readonly #coordinator: BackupCoordinator;

  constructor(coordinator: BackupCoordinator) {
    this.#coordinator = coordinator;
  }

  /** One line for each job. */
  async run(): Promise<readonly string[]> {
    const lines: string[] = [];
    for (const { id } of this.#coordinator.jobs()) {
      const { outcome, error } = await this.#coordinator.runBackupJob(id);
      lines.push(`${id}: ${outcome}${error === undefined ? '' : `, ${error.message}`}`);
    }
    return lines;
  }
}

export function bindNightly(container: Container): void {
  container.bind(Nightly).toResolvedValue((coordinator) => new Nightly(coordinator), [BackupCoordinator]);
}
