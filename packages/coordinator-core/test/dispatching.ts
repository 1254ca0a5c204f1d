import { FakeClock, FakeConditions, FakeHooks, FakeSensors, fakeTimetables, recordingLog } from '@umbracore/testkit';
import { isTerminal, UmbraError } from '@umbracore/contracts';
import type {
  Calendar,
  Clock,
  EventOf,
  EventStream,
  EventType,
  HistorySettings,
  Instant,
  JobDefinition,
  ProcessIdentity,
  RepositoryDefinition,
  RunChange,
  RunId,
  RunOutcome,
  RunRecord,
  Timetables,
  UmbraEvent,
} from '@umbracore/contracts';
import { aRepository } from '@umbracore/testkit';
import { Dispatcher } from '../src/dispatch/dispatcher.ts';
import type { OpenEntry } from '../src/dispatch/open-runs.ts';
import type { RunCarrier } from '../src/dispatch/run-queue.ts';
import type { CoordinatorPorts } from '../src/index.ts';
import { Registry } from '../src/registry.ts';
import { intervalCalendar } from './interval-calendar.ts';
import { MemoryStore } from './memory-store.ts';

const host = 'test-host';
const century = 100 * 365 * 86_400_000;

/** How a run goes once it is started. */
export interface Course {
  readonly takesMs: number;
  readonly outcome: Extract<RunOutcome, 'succeeded' | 'failed'> | 'retry';
}

export interface DispatchWorldOptions {
  readonly start?: Instant;
  readonly course?: (run: RunRecord) => Course;
  readonly concurrency?: number;
  readonly settleMs?: number;
  readonly history?: HistorySettings;
  /** Does not keep events and ended runs: for years. */
  readonly forgetful?: boolean;
  readonly calendar?: Calendar;
  readonly timetables?: Timetables;
  readonly random?: () => number;
}

/** Dispatchers in processes that can be killed, on one store and one clock, with runs that only take time. */
export class DispatchWorld {
  readonly store = new MemoryStore();
  readonly clock: FakeClock;
  readonly conditions = new FakeConditions();
  readonly log = recordingLog();
  readonly events: UmbraEvent[] = [];
  readonly living = new Set<number>();
  readonly processes = new Set<DispatchProcess>();
  /** How often a dispatcher or a run went to sleep. */
  sleeps = 0;
  /** Names of the calls of the store. */
  readonly calls: string[] = [];
  /** Told of each start of an attempt. */
  onStart: (run: RunRecord) => void = () => {};
  /** Told of each end of a run. */
  onEnd: (run: RunRecord) => void = () => {};
  /** Every start of an attempt, in order. */
  readonly starts: { readonly run: RunRecord; readonly at: Instant }[] = [];
  course: (run: RunRecord) => Course;
  jobs: readonly JobDefinition[] = [];
  readonly options: DispatchWorldOptions;
  #pid = 1000;
  #seed = 1;
  /** So many of the next starts come to nothing. */
  startsThatFail = 0;
  readonly failedStarts = new Set<RunId>();
  /** Calls of the store that fail, by name. */
  readonly failing = new Set<string>();
  /** The store refuses as long as this is set. */
  trouble: UmbraError | undefined;

  constructor(options: DispatchWorldOptions = {}) {
    this.options = options;
    this.clock = new FakeClock(options.start);
    this.course = options.course ?? (() => ({ takesMs: 60_000, outcome: 'succeeded' }));
  }

  boot(): DispatchProcess {
    this.#pid += 1;
    this.living.add(this.#pid);
    const process = new DispatchProcess(this, { pid: this.#pid, startTime: `${this.#pid}`, bootId: 'boot', host });
    this.processes.add(process);
    return process;
  }

  /** The same numbers in each test. */
  random(): number {
    if (this.options.random !== undefined) return this.options.random();
    this.#seed = (this.#seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return this.#seed / 2 ** 31;
  }

  runs(): readonly RunRecord[] {
    return [...this.store.entries.values()].map(({ run }) => run);
  }

  of<T extends EventType>(type: T): readonly EventOf<T>[] {
    return this.events.filter((event): event is EventOf<T> => event.type === type);
  }

  /** A run ends in other hands. */
  endOf(id: RunId, state: 'succeeded' | 'failed'): void {
    const entry = this.store.entries.get(id);
    if (entry === undefined) return;
    entry.run = { ...entry.run, state, finishedAt: this.clock.now() };
    entry.lease = undefined;
  }

  /** Suspends the machine: the wall clock goes on, the monotonic one does not. */
  sleep(ms: number): void {
    this.clock.setWall(this.clock.now() + ms);
  }
}

const never = new Promise<never>(() => {});

/** A process with a dispatcher. Once it is dead no call of it has an effect or returns. */
export class DispatchProcess {
  readonly dispatcher: Dispatcher;
  readonly registry = new Registry();
  readonly identity: ProcessIdentity;
  readonly #world: DispatchWorld;
  readonly #ports: CoordinatorPorts;
  readonly #active = new Map<RunId, { run: RunRecord; readonly cancelled: AbortController }>();
  readonly #listeners = new Set<(event: UmbraEvent) => void>();
  dead = false;

  constructor(world: DispatchWorld, identity: ProcessIdentity) {
    this.#world = world;
    this.identity = identity;
    this.registry.prepare(this.#definitions())();
    this.#ports = this.#makePorts();
    this.dispatcher = new Dispatcher({ ports: this.#ports, registry: this.registry, carrier: this.#carrier() });
  }

  /** What it works on. */
  get active(): readonly RunRecord[] {
    return [...this.#active.values()].map(({ run }) => run);
  }

  /** The jobs of the world take the place of those it has. */
  replace(): Promise<void> {
    return this.dispatcher.replace(this.registry.prepare(this.#definitions()));
  }

  /** What works here is asked to end. */
  cancelAll(): void {
    for (const { cancelled } of this.#active.values()) cancelled.abort();
  }

  kill(): void {
    this.dead = true;
    this.#world.living.delete(this.identity.pid);
    this.#world.processes.delete(this);
  }

  #definitions() {
    const { jobs, options } = this.#world;
    const names = new Set(jobs.flatMap(({ repositories }) => repositories));
    const repositories = new Map<string, RepositoryDefinition>([...names].map((name) => [name, aRepository({ name })]));
    // All records stay, for they are counted.
    const { concurrency = 4, settleMs = 30_000, history = { keepMs: century, runs: Infinity } } = options;
    return {
      jobs: new Map(jobs.map((job) => [job.id, job])),
      repositories,
      daemon: { concurrency, settleMs, socket: undefined, listen: undefined },
      history,
    };
  }

  #makePorts(): CoordinatorPorts {
    const world = this.#world;
    const unused = {} as CoordinatorPorts['repositories'] & CoordinatorPorts['engineProcesses'];
    return {
      store: this.#mortal(world.store),
      repositories: unused,
      engineProcesses: unused,
      secrets: {} as CoordinatorPorts['secrets'],
      env: {},
      events: this.#eventStream(),
      clock: this.#clock(),
      processTable: {
        self: () => this.identity,
        identify: () => undefined,
        isAlive: ({ pid }) => world.living.has(pid),
        startedAt: () => undefined,
      },
      calendar: world.options.calendar ?? intervalCalendar,
      timetables: world.options.timetables ?? fakeTimetables(intervalCalendar),
      conditions: this.#mortal(world.conditions),
      sensors: new FakeSensors(),
      hooks: new FakeHooks(),
      log: world.log,
      spoolDir: '/nowhere',
      scratchDir: '/nowhere',
      host,
      random: () => world.random(),
    };
  }

  #mortal<T extends object>(target: T): T {
    return new Proxy(target, {
      get: (_, key) => {
        const value: unknown = Reflect.get(target, key, target);
        if (typeof value !== 'function') return value;
        return async (...args: unknown[]) => {
          if (this.dead) return await never;
          if (target === (this.#world.store as object) && this.#world.options.forgetful !== true)
            this.#world.calls.push(String(key));
          if (target === (this.#world.store as object) && this.#world.failing.has(String(key)))
            throw new UmbraError('state.full', 'The disk is full');
          if (this.#world.trouble !== undefined && target === (this.#world.store as object)) throw this.#world.trouble;
          const answer: unknown = await (value as (...args: unknown[]) => unknown).apply(target, args);
          return this.dead ? await never : answer;
        };
      },
    });
  }

  #clock(): Clock {
    const { clock } = this.#world;
    return {
      now: () => clock.now(),
      monotonicMs: () => clock.monotonicMs(),
      sleep: async (ms, signal) => {
        this.#world.sleeps += 1;
        await clock.sleep(ms, signal);
        if (this.dead) await never;
      },
      every: (ms, tick) => clock.every(ms, () => this.dead || tick()),
    };
  }

  #eventStream(): EventStream {
    const onAny = (listener: (event: UmbraEvent) => void): Disposable => {
      this.#listeners.add(listener);
      return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
    };
    return {
      publish: (event) => {
        if (this.dead) return;
        if (this.#world.options.forgetful !== true) this.#world.events.push(event);
        for (const listener of this.#listeners) listener(event);
      },
      onAny,
      on: (type, listener) =>
        onAny((event) => {
          if (event.type === type) listener(event as EventOf<typeof type>);
        }),
      stream: () => {
        throw new UmbraError('internal', 'Nobody reads a stream here');
      },
    };
  }

  #carrier(): RunCarrier {
    return {
      carryOn: (entry) => this.#carryOn(entry),
      active: () => [...this.#active.values()].map(({ run }) => run),
      cancel: async (run) => {
        const here = this.#active.get(run);
        if (here !== undefined) here.cancelled.abort();
        else await this.#world.store.requestCancel(run, this.#world.clock.now());
      },
    };
  }

  async #carryOn({ run, lease }: OpenEntry): Promise<RunRecord> {
    const { store, clock } = this.#ports;
    if (this.#world.startsThatFail > 0) {
      this.#world.startsThatFail -= 1;
      this.#world.failedStarts.add(run.id);
      throw new UmbraError('engine.spawn-failed', 'Nothing can be started');
    }
    const claim = await store.claim(run.id, {
      owner: this.identity,
      now: clock.now(),
      ttlMs: century,
      evict: lease?.fence,
    });
    if (!claim.granted) return run;
    const cancelled = new AbortController();
    let held = claim.run;
    const change = async (to: RunChange): Promise<void> =>
      void (held = await store.update(claim.lease, held.revision, to));
    const active = { run: held, cancelled };
    this.#active.set(run.id, active);
    try {
      await this.#attempt(held, cancelled.signal, change);
      active.run = held;
    } finally {
      this.#active.delete(run.id);
    }
    if (isTerminal(held.state)) this.#world.onEnd(held);
    if (isTerminal(held.state)) this.#tellEnd(held);
    else await store.release(claim.lease);
    return held;
  }

  async #attempt(run: RunRecord, cancelled: AbortSignal, change: (to: RunChange) => Promise<void>): Promise<void> {
    const { clock } = this.#ports;
    if (run.cancelRequestedAt !== null) return await change({ state: 'cancelled', finishedAt: clock.now() });
    const startedAt = run.startedAt ?? clock.now();
    if (this.#world.options.forgetful !== true) this.#world.starts.push({ run, at: clock.now() });
    this.#world.onStart(run);
    await change({ state: 'running', startedAt });
    const { takesMs, outcome } = this.#world.course(run);
    await clock.sleep(takesMs, cancelled).catch(() => {});
    if (this.dead) return await never;
    const now = clock.now();
    if (cancelled.aborted) await change({ state: 'cancelled', finishedAt: now });
    else if (outcome === 'retry') await change({ state: 'retrying', retryAt: now + 300_000 });
    else await change({ state: outcome, finishedAt: now, retryAt: null });
  }

  #tellEnd(record: RunRecord): void {
    const { id: run, job, repository } = record;
    const { events, clock } = this.#ports;
    events.publish({ type: 'run.finished', time: clock.now(), run, job, repository, record });
  }
}
