import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type Backend,
  type BackendHost,
  type BackendRepository,
  type BackupSpec,
  type Clock,
  type RepositoryDefinition,
  Secret,
  silentLog,
} from '@umbracore/contracts';
import { createEngineProcesses } from '@umbracore/engine-process';
import { createResticBackend } from '@umbracore/restic-adapter';
import { makeRepository } from '../../../tools/testing/light-key.mjs';

export const testClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: async (delayMs, signal) => void (await delay(delayMs, undefined, { signal })),
  every(periodMs, tick) {
    const timer = setInterval(tick, periodMs);
    return { [Symbol.dispose]: () => clearInterval(timer) };
  },
};

/** A folder of its own with a host for one version of restic in it. Disposing removes everything. */
export class Bench implements Disposable {
  readonly folder: string;
  readonly program: string;
  readonly host: BackendHost;
  readonly #env: Record<string, string | undefined>;

  /** `parent` is where the folder is made. */
  constructor(program: string, parent: string = tmpdir()) {
    this.folder = mkdtempSync(join(parent, 'umbra-restic-'));
    this.program = program;
    mkdirSync(join(this.folder, 'sources'));
    this.#env = { PATH: process.env['PATH'], HOME: join(this.folder, 'home'), UMBRA_RESTIC: program };
    this.host = {
      processes: createEngineProcesses({ clock: testClock, log: silentLog }),
      clock: testClock,
      log: silentLog,
      cacheDir: join(this.folder, 'cache'),
      scratchDir: join(this.folder, 'scratch'),
      env: this.#env,
    };
  }

  /** Another program from now on. */
  use(program: string): void {
    this.#env['UMBRA_RESTIC'] = program;
  }

  path(...names: readonly string[]): string {
    return join(this.folder, ...names);
  }

  repository(name: string, change: Partial<RepositoryDefinition> = {}, password = 'correct horse'): BackendRepository {
    const definition: RepositoryDefinition = {
      name,
      backend: 'restic',
      location: this.path(name),
      password: { scheme: 'test', target: name },
      env: {},
      compression: undefined,
      packSizeBytes: undefined,
      limits: {},
      lockWaitMs: 0,
      options: {},
      ...change,
    };
    return { definition, password: new Secret(password), env: {} };
  }

  backend(name: string, change?: Partial<RepositoryDefinition>, password?: string): Backend {
    return createResticBackend(this.repository(name, change, password), this.host);
  }

  /** A backend with an empty repository that costs no time to open, as restic's own would: half a second for each call. */
  prepared(name: string, change?: Partial<RepositoryDefinition>, password = 'correct horse'): Backend {
    makeRepository(this.path(name), password);
    return this.backend(name, change, password);
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

export const backupSpec = (sources: readonly string[], change: Partial<BackupSpec> = {}): BackupSpec => ({
  sources,
  excludes: [],
  excludeIfPresent: [],
  excludeCaches: false,
  oneFileSystem: false,
  tags: [],
  host: hostname(),
  compressionLevel: undefined,
  parent: undefined,
  force: false,
  dryRun: false,
  ...change,
});

export async function gather<T>(items: AsyncIterable<T>): Promise<T[]> {
  const gathered: T[] = [];
  for await (const item of items) gathered.push(item);
  return gathered;
}
