import { FakeConditions, FakeRepositories, fakeTimetables, recordingEvents, recordingLog } from '@umbracore/testkit';
import { intervalCalendar } from './interval-calendar.ts';
import { Secret, UmbraError } from '@umbracore/contracts';
import type {
  BackupResult,
  BackupSpec,
  Clock,
  EngineProcess,
  EngineProcesses,
  Operation,
  ProcessIdentity,
  ProcessTable,
  SecretReference,
  Snapshot,
  SnapshotFilter,
} from '@umbracore/contracts';
import { FakeBackend } from '@umbracore/testkit';
import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CoordinatorPorts } from '../src/index.ts';
import { MemoryStore } from './memory-store.ts';

const host = 'test-host';
const start = Date.UTC(2026, 0, 5, 12);

/** What becomes of an engine when its coordinator is killed. */
export type Fate = 'goes on' | 'ends by itself' | 'is killed' | 'loses its exit';

/** An engine of the world: it outlives whoever started it. */
class Engine {
  readonly identity: ProcessIdentity;
  readonly #world: World;
  readonly #spec: BackupSpec;
  stage: 'started' | 'saved' | 'ended' = 'started';
  snapshot: string | undefined;
  exitLost = false;
  killed = false;

  constructor(world: World, spec: BackupSpec) {
    this.#world = world;
    this.#spec = spec;
    this.identity = world.spawn();
  }

  save(): void {
    if (this.stage !== 'started') return;
    this.stage = 'saved';
    if (this.#spec.dryRun) return;
    this.snapshot = this.#world.save(this.#spec);
  }

  end(): void {
    this.stage = 'ended';
    this.#world.living.delete(this.identity.pid);
  }

  kill(): void {
    if (this.stage === 'ended') return;
    this.killed = true;
    this.end();
  }

  result(): BackupResult {
    if (this.killed && !this.exitLost) throw new UmbraError('engine.crashed', 'The engine was killed');
    return {
      snapshot: this.exitLost ? undefined : this.snapshot,
      stats: undefined,
      unreadable: [],
      unreadableCount: 0,
      complete: !this.exitLost,
      exitLost: this.exitLost,
    };
  }
}

/** Time stands still but for sleepers: when everybody else waits, it jumps to the first of them. */
class JumpingClock implements Clock {
  #now = 0;
  readonly #sleepers: { readonly due: number; readonly wake: () => void }[] = [];
  readonly #tickers = new Set<{ readonly period: number; next: number; readonly tick: () => void }>();

  now(): number {
    return start + this.#now;
  }

  monotonicMs(): number {
    return this.#now;
  }

  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(signal.reason as Error);
      const sleeper = { due: this.#now + delayMs, wake: resolve };
      this.#sleepers.push(sleeper);
      signal?.addEventListener('abort', () => {
        const index = this.#sleepers.indexOf(sleeper);
        if (index >= 0) this.#sleepers.splice(index, 1);
        reject(signal.reason as Error);
      });
      setTimeout(() => this.#jump(sleeper), 1);
    });
  }

  every(periodMs: number, tick: () => void): Disposable {
    const ticker = { period: periodMs, next: this.#now + periodMs, tick };
    this.#tickers.add(ticker);
    return { [Symbol.dispose]: () => void this.#tickers.delete(ticker) };
  }

  /** Lets time pass for everybody. */
  pass(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const due = [...this.#tickers].filter(({ next }) => next <= end).sort((a, b) => a.next - b.next)[0];
      if (due === undefined) break;
      this.#now = Math.max(this.#now, due.next);
      due.next += due.period;
      due.tick();
    }
    this.#now = end;
  }

  #jump(sleeper: { readonly due: number; readonly wake: () => void }): void {
    const index = this.#sleepers.indexOf(sleeper);
    if (index === -1) return;
    this.#sleepers.splice(index, 1);
    if (sleeper.due > this.#now) this.pass(sleeper.due - this.#now);
    sleeper.wake();
  }
}

/** Everything that is still there when a coordinator is killed. */
export class World implements AsyncDisposable {
  readonly store = new MemoryStore();
  readonly clock = new JumpingClock();
  readonly engines = new Map<string, Engine>();
  readonly snapshots: Snapshot[] = [];
  readonly living = new Set<number>();
  /** So many of the next questions for snapshots get no answer. */
  asksThatFail = 0;
  readonly #lives: Life[] = [];
  #pid = 1000;
  #seed = 1;

  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async create(): Promise<World> {
    const folder = await mkdtemp(join(tmpdir(), 'umbra-core-'));
    await mkdir(join(folder, 'data'));
    await writeFile(join(folder, 'data', 'a.txt'), 'alpha');
    return new World(folder);
  }

  get source(): string {
    return join(this.folder, 'data');
  }

  get spoolDir(): string {
    return join(this.folder, 'spool');
  }

  /** The same numbers in each test. */
  random(): number {
    this.#seed = (this.#seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return this.#seed / 2 ** 31;
  }

  spawn(): ProcessIdentity {
    this.#pid += 1;
    this.living.add(this.#pid);
    return { pid: this.#pid, startTime: `${this.#pid}`, bootId: 'boot', host };
  }

  save(spec: BackupSpec): string {
    const id = `${this.snapshots.length + 1}`.padStart(64, '0');
    this.snapshots.push({
      id,
      shortId: id.slice(0, 8),
      time: this.clock.now(),
      host: spec.host,
      user: 'tester',
      paths: spec.sources,
      tags: spec.tags,
      parent: undefined,
      tree: undefined,
      summary: undefined,
    });
    return id;
  }

  /** Every engine that works meets its fate. */
  decide(fate: Fate): void {
    for (const engine of this.engines.values()) {
      if (engine.stage === 'ended' || fate === 'goes on') continue;
      if (fate === 'is killed') engine.kill();
      if (fate === 'loses its exit') {
        engine.exitLost = true;
        engine.kill();
      }
      if (fate === 'ends by itself') {
        engine.save();
        engine.end();
      }
    }
  }

  /** A new coordinator process. */
  boot(killAt?: KillPoint): Life {
    const life = new Life(this, this.spawn(), killAt);
    this.#lives.push(life);
    return life;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const life of this.#lives) life.die();
    await rm(this.folder, { recursive: true, force: true });
  }
}

export interface KillPoint {
  /** At the n-th call of a port, from 1, or at the first one with this name. */
  readonly call: number | string;
  /** Whether the call still has its effect. */
  readonly when: 'before' | 'after';
}

const never = new Promise<never>(() => {});

/** A coordinator process. Once it is dead no call of it has an effect or returns. */
export class Life {
  readonly ports: CoordinatorPorts;
  readonly events = recordingEvents();
  readonly log = recordingLog();
  readonly conditions = new FakeConditions();
  readonly died: Promise<void>;
  dead = false;
  calls: string[] = [];
  readonly #world: World;
  readonly #identity: ProcessIdentity;
  readonly #killAt: KillPoint | undefined;
  #tellDeath = (): void => {};

  constructor(world: World, identity: ProcessIdentity, killAt: KillPoint | undefined) {
    this.#world = world;
    this.#identity = identity;
    this.#killAt = killAt;
    this.died = new Promise((resolve) => (this.#tellDeath = resolve));
    const backend = this.#mortal('backend', new WorldBackend(world, (name, effect) => this.call(name, effect)));
    this.ports = {
      store: this.#mortal('store', world.store),
      repositories: this.#mortal('repositories', new FakeRepositories({ main: backend, other: backend })),
      events: this.events,
      clock: this.#clock(),
      processTable: this.#processTable(),
      engineProcesses: this.#mortal('engines', enginesOf(world)),
      secrets: this.#mortal('secrets', { resolve: async ({ target }: SecretReference) => new Secret(String(target)) }),
      env: { HOME: world.folder, PATH: '/usr/bin:/bin' },
      calendar: intervalCalendar,
      timetables: fakeTimetables(intervalCalendar),
      conditions: this.conditions,
      log: this.log,
      spoolDir: world.spoolDir,
      host,
      random: () => world.random(),
    };
  }

  die(): void {
    this.dead = true;
    this.#world.living.delete(this.#identity.pid);
    this.#tellDeath();
  }

  async call<T>(name: string, effect: () => T | Promise<T>): Promise<T> {
    if (this.dead) return await never;
    this.calls.push(name);
    const struck = [this.calls.length, name].some((mark) => mark === this.#killAt?.call);
    const strikes = struck ? this.#killAt?.when : undefined;
    if (strikes === 'before') this.die();
    if (this.dead) return await never;
    try {
      return await effect();
    } finally {
      if (strikes === 'after') this.die();
      if (this.dead) await never;
    }
  }

  #mortal<T extends object>(name: string, target: T): T {
    return new Proxy(target, {
      get: (_, key) => {
        const value: unknown = Reflect.get(target, key, target);
        if (typeof value !== 'function' || typeof key === 'symbol') return value;
        const bound = value.bind(target) as (...args: unknown[]) => unknown;
        if (key === 'list' || key === 'prepare' || key === 'planForget') return bound;
        return (...args: unknown[]) => this.call(`${name}.${key}`, () => bound(...args));
      },
    });
  }

  #clock(): Clock {
    const { clock } = this.#world;
    return {
      now: () => clock.now(),
      monotonicMs: () => clock.monotonicMs(),
      sleep: async (ms, signal) => {
        await clock.sleep(ms, signal);
        if (this.dead) await never;
      },
      every: (ms, tick) => clock.every(ms, () => this.dead || tick()),
    };
  }

  #processTable(): ProcessTable {
    const { living } = this.#world;
    return {
      self: () => this.#identity,
      identify: () => undefined,
      isAlive: ({ pid }) => living.has(pid),
      startedAt: () => undefined,
    };
  }
}

function enginesOf(world: World): EngineProcesses {
  const unused = (): Promise<never> => Promise.reject(new UmbraError('internal', 'The coordinator starts no engines'));
  return {
    prepare() {},
    start: unused,
    call: unused,
    find: async (spool) => {
      const engine = world.engines.get(spool);
      if (engine === undefined) return undefined;
      const process: EngineProcess = {
        identity: () => engine.identity,
        follow: unused,
        interrupt: unused,
        kill: async () => engine.kill(),
      };
      return process;
    },
  };
}

/** A backend whose repository and engines belong to the world. Between its steps it can be killed as well. */
class WorldBackend extends FakeBackend {
  readonly #world: World;
  readonly #step: (name: string, effect: () => void) => Promise<void>;

  constructor(world: World, step: (name: string, effect: () => void) => Promise<void>) {
    super({ clock: world.clock });
    this.#world = world;
    this.#step = step;
  }

  override async backup(spec: BackupSpec, operation: Operation = {}): Promise<BackupResult> {
    const spool = operation.spool ?? '';
    const { engines } = this.#world;
    if (engines.has(spool)) throw new UmbraError('internal', 'Two engines in one spool');
    const engine = new Engine(this.#world, spec);
    try {
      await this.#step('engine: start', () => {
        engines.set(spool, engine);
        mkdirSync(spool, { recursive: true });
        writeFileSync(join(spool, 'stdout.log'), 'the output of the engine\n');
      });
    } catch (error) {
      engine.kill();
      throw error;
    }
    return await this.#follow(engine, operation);
  }

  override async resumeBackup(operation: Operation & { readonly spool: string }): Promise<BackupResult> {
    const engine = this.#world.engines.get(operation.spool);
    if (engine === undefined) throw new UmbraError('engine.lost', 'No engine was ever started there');
    return await this.#follow(engine, operation);
  }

  override async holds(snapshot: string): Promise<boolean> {
    return this.#world.snapshots.some(({ id }) => id === snapshot);
  }

  override async snapshots(filter: SnapshotFilter = {}): Promise<readonly Snapshot[]> {
    if (this.#world.asksThatFail > 0) {
      this.#world.asksThatFail -= 1;
      throw new UmbraError('repository.unreachable', 'There is no network');
    }
    return this.#world.snapshots.filter(({ tags }) => (filter.tags ?? []).every((tag) => tags.includes(tag)));
  }

  override async *list(): AsyncGenerator<never> {}

  async #follow(engine: Engine, { signal, report }: Operation): Promise<BackupResult> {
    const cancelled = (): void => {
      if (signal?.aborted !== true) return;
      engine.kill();
      throw new UmbraError('run.cancelled', 'cancelled');
    };
    report?.(progress(10));
    cancelled();
    if (engine.stage === 'started') await this.#step('engine: save', () => engine.save());
    cancelled();
    report?.(progress(100));
    if (engine.stage === 'saved') await this.#step('engine: end', () => engine.end());
    return engine.result();
  }
}

const progress = (percentage: number) => ({
  phase: 'uploading' as const,
  percentage,
  filesProcessed: percentage,
  filesTotal: 100,
  bytesProcessed: percentage,
  bytesTotal: 100,
  currentFiles: [],
  errorCount: 0,
});
