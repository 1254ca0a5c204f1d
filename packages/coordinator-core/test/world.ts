import {
  aSnapshot,
  FakeConditions,
  FakeRepositories,
  fakeTimetables,
  recordingEvents,
  recordingLog,
  FakeHooks,
  FakeSensors,
} from '@umbracore/testkit';
import { intervalCalendar } from './interval-calendar.ts';
import { Secret, UmbraError } from '@umbracore/contracts';
import type {
  BackupSpec,
  Clock,
  ProcessIdentity,
  ProcessTable,
  SecretReference,
  Snapshot,
  SnapshotEntry,
} from '@umbracore/contracts';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CoordinatorPorts } from '../src/index.ts';
import { Engine } from './engine.ts';
import type { Deed, Fate } from './engine.ts';
import { JumpingClock } from './jumping-clock.ts';
import { MemoryStore } from './memory-store.ts';
import { enginesOf, WorldBackend } from './world-backend.ts';

export type { Fate } from './engine.ts';

const host = 'test-host';

/** Everything that is still there when a coordinator is killed. */
export class World implements AsyncDisposable {
  readonly store = new MemoryStore();
  readonly clock = new JumpingClock();
  readonly sensors = new FakeSensors();
  readonly hooks = new FakeHooks();
  readonly engines = new Map<string, Engine>();
  /** In the repositories `main` and `other`. */
  readonly snapshots: Snapshot[] = [];
  /** In the repository `source`, to be copied. */
  readonly offered: Snapshot[] = [];
  /** What engines did that leaves no snapshot. */
  readonly done: string[] = [];
  readonly living = new Set<number>();
  /** So many of the next questions for snapshots get no answer. */
  asksThatFail = 0;
  readonly #lives: Life[] = [];
  #pid = 1000;
  #seed = 1;
  #made = 0;

  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async create(): Promise<World> {
    // At once: thousands are made, and each question to another thread costs more than its answer.
    const folder = mkdtempSync(join(tmpdir(), 'umbra-core-'));
    mkdirSync(join(folder, 'data'));
    writeFileSync(join(folder, 'data', 'a.txt'), 'alpha');
    return new World(folder);
  }

  get source(): string {
    return join(this.folder, 'data');
  }

  get scratchDir(): string {
    return join(this.folder, 'scratch');
  }

  get spoolDir(): string {
    return join(this.folder, 'spool');
  }

  /** The one file at the source. */
  entry(): SnapshotEntry {
    const path = join(this.source, 'a.txt');
    const { size, mtimeMs, mode, uid, gid } = statSync(path);
    return { path, type: 'file', size, modifiedAt: Math.floor(mtimeMs), mode, uid, gid };
  }

  /** The same numbers in each test. */
  random(): number {
    this.#seed = (this.#seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return this.#seed / 2 ** 31;
  }

  spawn(): ProcessIdentity {
    this.#pid += 1;
    this.living.add(this.#pid);
    return { pid: this.#pid, startTime: `${this.#pid}`, bootId: 'boot', host, pids: 'here' };
  }

  /** Throws for a second engine in a spool folder. */
  engine(spool: string, deed: Deed): Engine {
    if (this.engines.has(spool)) throw new UmbraError('internal', 'Two engines in one spool');
    const identity = this.spawn();
    return new Engine(identity, deed, () => this.living.delete(identity.pid));
  }

  start(spool: string, engine: Engine): void {
    this.engines.set(spool, engine);
    mkdirSync(spool, { recursive: true });
    writeFileSync(join(spool, 'stdout.log'), 'the output of the engine\n');
  }

  save({ host: savedBy, sources: paths, tags }: BackupSpec): string {
    const id = this.#newId();
    this.snapshots.push(aSnapshot({ id, time: this.clock.now(), host: savedBy, paths, tags }));
    return id;
  }

  copy(snapshot: Snapshot): void {
    const id = this.#newId();
    this.snapshots.push({ ...snapshot, id, shortId: id.slice(0, 8), original: snapshot.id });
  }

  /** Every engine that works meets its fate. */
  decide(fate: Fate): void {
    for (const engine of this.engines.values()) engine.meet(fate);
  }

  /** A new coordinator process. */
  boot(killAt?: KillPoint): Life {
    const life = new Life(this, this.spawn(), killAt);
    this.#lives.push(life);
    return life;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const life of this.#lives) life.die();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #newId(): string {
    this.#made += 1;
    return `${this.#made}`.padStart(64, '0');
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
    const step = (name: string, effect: () => void): Promise<void> => this.call(name, effect);
    const backend = this.#mortal('backend', new WorldBackend(world, world.snapshots, step));
    const source = this.#mortal('source', new WorldBackend(world, world.offered, step));
    this.ports = {
      store: this.#mortal('store', world.store),
      repositories: this.#mortal('repositories', new FakeRepositories({ main: backend, other: backend, source })),
      events: this.events,
      clock: this.#clock(),
      processTable: this.#processTable(),
      engineProcesses: this.#mortal('engines', enginesOf(world, step)),
      secrets: this.#mortal('secrets', { resolve: async ({ target }: SecretReference) => new Secret(String(target)) }),
      env: { HOME: world.folder, PATH: '/usr/bin:/bin' },
      calendar: intervalCalendar,
      timetables: fakeTimetables(intervalCalendar),
      conditions: this.conditions,
      sensors: world.sensors,
      hooks: this.#mortal('hooks', world.hooks),
      log: this.log,
      spoolDir: world.spoolDir,
      scratchDir: world.scratchDir,
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
