import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
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
import { createBorgBackend } from '@umbracore/borg-adapter';

export const testClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: async (delayMs, signal) => void (await delay(delayMs, undefined, { signal })),
  every(periodMs, tick) {
    const timer = setInterval(tick, periodMs);
    return { [Symbol.dispose]: () => clearInterval(timer) };
  },
};

export const password = 'correct horse';

/** A folder of its own with a host for one borg in it. Disposing removes everything. */
export class Bench implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'borg-'));
  readonly host: BackendHost;

  constructor(program: string) {
    for (const name of ['home', 'sources']) mkdirSync(this.path(name));
    this.host = {
      processes: createEngineProcesses({ clock: testClock, log: silentLog }),
      clock: testClock,
      log: silentLog,
      cacheDir: this.path('cache'),
      scratchDir: this.path('scratch'),
      env: { PATH: process.env['PATH'], HOME: this.path('home'), UMBRA_BORG: program },
    };
  }

  /** What another bench has found out about the same borg: it need not be asked again. */
  knowVersionOf(other: Bench): void {
    mkdirSync(this.host.cacheDir);
    for (const name of readdirSync(other.host.cacheDir).filter((each) => each.startsWith('borg-version-'))) {
      copyFileSync(join(other.host.cacheDir, name), join(this.host.cacheDir, name));
    }
  }

  path(...names: readonly string[]): string {
    return join(this.folder, ...names);
  }

  repository(name: string, change: Partial<RepositoryDefinition> = {}, secret = password): BackendRepository {
    const definition: RepositoryDefinition = {
      name,
      backend: 'borg',
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
    return { definition, password: new Secret(secret), env: {} };
  }

  backend(name: string, change?: Partial<RepositoryDefinition>, secret?: string): Backend {
    return createBorgBackend(this.repository(name, change, secret), this.host);
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
