import {
  isInSightOf,
  type Clock,
  type EngineExit,
  type EngineLimits,
  type EngineProcess,
  type OutputReader,
  type ProcessIdentity,
  type ProcessTable,
} from '@umbracore/contracts';
import { OutputTail } from './output-tail.ts';
import { letGoOn, type PauseGuards } from './pause-guards.ts';
import { removeEmptyGroups } from './processor-group.ts';
import { haltProcess, holdsFile, sessionMembers, signalProcess, standsStill, treeOf } from './process-tree.ts';
import { givesWay, schedule } from './scheduling.ts';
import type { SignsOfLife } from './signs-of-life.ts';
import { readExit, readIdentity, type Spool } from './spool.ts';

/** How often output and end are looked for. */
const pollMs = 100;

/** How long processes that were killed are waited for. */
const patienceMs = 10_000;

/** A shim whose engine has ended gets so long to tell: a busy disk can hold its few bytes back for many seconds. */
const recordPatienceMs = 60_000;

/** With its record written, a shim has only to end. */
const endPatienceMs = 1000;

const looksAtTree = 20;

const lostExit: EngineExit = { code: undefined, signal: undefined, lost: true };

export interface SupervisedEngineOptions {
  readonly spool: Spool;
  readonly shim: ProcessIdentity | undefined;
  /** Each resolves when the shim has told how its engine ended, or has ended; only the process that started it can know at once. */
  readonly news?: readonly Promise<void>[] | undefined;
  readonly clock: Clock;
  readonly table: ProcessTable;
  readonly guards: PauseGuards;
  readonly signs: SignsOfLife;
}

/** An engine under a shim, seen through its spool folder and the process table. */
export class SupervisedEngine implements EngineProcess {
  readonly #spool: Spool;
  readonly #shim: ProcessIdentity | undefined;
  readonly #clock: Clock;
  readonly #table: ProcessTable;
  readonly #guards: PauseGuards;
  readonly #signs: SignsOfLife;
  readonly #sleepers = new Set<() => void>();
  #isNewsUnseen = false;
  /** False as long as it is certain that nobody has put it into a control group. */
  #mayHaveGroup = true;
  #engine: ProcessIdentity | undefined;
  /** Monotonic time at which the shim or the engine was last seen alive. */
  #seenAliveAt = Number.NEGATIVE_INFINITY;
  /** Monotonic time at which the engine was first seen dead while its shim lived on. */
  #shimAloneSince: number | undefined;
  /** True of one in another container or on another host. Nothing can be sent to it, and its pids belong to others here. */
  readonly #isUnseen: boolean;

  constructor({ spool, shim, news = [], clock, table, guards, signs }: SupervisedEngineOptions) {
    this.#spool = spool;
    this.#shim = shim;
    this.#clock = clock;
    this.#table = table;
    this.#guards = guards;
    this.#signs = signs;
    this.#isUnseen = shim !== undefined && !isInSightOf(table.self(), shim);
    if (news.length > 0) {
      this.#seenAliveAt = clock.monotonicMs();
      this.#mayHaveGroup = false;
    }
    for (const one of news) void one.then(() => this.#noteNews());
  }

  identity(): ProcessIdentity | undefined {
    this.#engine ??= readIdentity(this.#spool.engine) ?? this.#unrecordedEngine();
    return this.#engine;
  }

  isAtWork(): boolean {
    if (this.#isUnseen) return readExit(this.#spool.exit) === undefined && this.#signs.areSeenOf(this.#spool);
    const engine = this.identity();
    return engine !== undefined && this.#table.isAlive(engine);
  }

  async follow(reader: OutputReader, signal?: AbortSignal): Promise<EngineExit> {
    using stdout = new OutputTail(this.#spool.stdout, (line) => reader.stdout?.(line));
    using stderr = new OutputTail(this.#spool.stderr, (line) => reader.stderr?.(line));
    for (;;) {
      signal?.throwIfAborted();
      // Looked for before reading: all output was written before the end that is seen here.
      const exit = this.#exit();
      if (exit?.lost === true) await this.#killTree();
      await stdout.drain(signal);
      await stderr.drain(signal);
      if (exit !== undefined) {
        stdout.end();
        stderr.end();
        if (!exit.lost) await this.#waitForShimEnd();
        this.#guards.release(this.#spool.folder);
        if (this.#mayHaveGroup) removeEmptyGroups();
        return exit;
      }
      await this.#wait(pollMs, signal);
    }
  }

  async interrupt(graceMs: number): Promise<void> {
    const patientUntil = this.#clock.monotonicMs() + graceMs;
    await this.resume();
    this.#giveWeight();
    let isAsked = false;
    for (let exit = this.#exit(); exit?.lost !== false; exit = this.#exit()) {
      const left = patientUntil - this.#clock.monotonicMs();
      if (left <= 0 || exit !== undefined) return await this.kill();
      isAsked ||= this.#interruptEngine();
      await this.#wait(Math.min(left, pollMs / 4));
    }
  }

  async kill(): Promise<void> {
    this.#guards.release(this.#spool.folder);
    await this.#killTree();
    const patientUntil = this.#clock.monotonicMs() + patienceMs;
    while (this.#exit() === undefined && this.#clock.monotonicMs() < patientUntil) {
      await this.#wait(pollMs / 4);
      await this.#killTree();
    }
    await this.#waitForShimEnd();
  }

  pause(): Promise<boolean> {
    if (this.#isUnseen) return Promise.resolve(false);
    // The engine last: its children must not see it stand still before they do.
    return Promise.resolve(this.#guards.stop(this.#spool.folder, this.#tree().toReversed()));
  }

  resume(): Promise<void> {
    letGoOn(this.#tree());
    this.#guards.release(this.#spool.folder);
    return Promise.resolve();
  }

  adjust(limits: EngineLimits): Promise<readonly string[]> {
    if (this.#isUnseen) return Promise.resolve(['the engine works where it cannot be reached from here']);
    this.#mayHaveGroup = true;
    return schedule(() => this.#tree(), limits, this.#clock);
  }

  /** On a busy machine one that gives way to everybody would not come to end in time. */
  #giveWeight(): void {
    const engine = this.identity();
    if (engine !== undefined && this.#table.isAlive(engine) && givesWay(engine.pid)) void this.adjust({});
  }

  /** How the engine ended; undefined while it, or the shim that will tell, is alive. */
  #exit(): EngineExit | undefined {
    // First the shim, then its record: a shim that ends in between has written it.
    const isShimAlive = this.#isUnseen
      ? this.#signs.areSeenOf(this.#spool)
      : this.#shim !== undefined && this.#table.isAlive(this.#shim);
    const exit = readExit(this.#spool.exit);
    if (exit !== undefined) return exit;
    if (this.#isUnseen) return isShimAlive ? undefined : lostExit;
    const engine = this.identity();
    const isEngineAlive = engine !== undefined && this.#table.isAlive(engine);
    if (isEngineAlive || isShimAlive) this.#seenAliveAt = this.#clock.monotonicMs();
    if (isEngineAlive) {
      this.#shimAloneSince = undefined;
      return undefined;
    }
    if (isShimAlive && !this.#isShimStuck(engine)) return undefined;
    return lostExit;
  }

  /** A shim that outlives its engine for long will not tell any more, for instance because its disk hangs. */
  #isShimStuck(engine: ProcessIdentity | undefined): boolean {
    if (engine === undefined || this.#shim === undefined) return false;
    // One that was stopped has everything to tell as soon as it may.
    if (this.#shimAloneSince !== undefined) signalProcess(this.#shim.pid, 'SIGCONT');
    this.#shimAloneSince ??= this.#clock.monotonicMs();
    return this.#clock.monotonicMs() - this.#shimAloneSince > recordPatienceMs;
  }

  /** Who starts something in its place, or removes the spool, should find nobody in the way. */
  async #waitForShimEnd(): Promise<void> {
    const shim = this.#shim;
    const patientUntil = this.#clock.monotonicMs() + endPatienceMs;
    while (shim !== undefined && this.#table.isAlive(shim) && this.#clock.monotonicMs() < patientUntil)
      await this.#wait(pollMs / 4);
  }

  /** The shim may have been killed after it started the engine and before it wrote down which one. */
  #unrecordedEngine(): ProcessIdentity | undefined {
    const shim = this.#shim;
    if (shim === undefined || this.#isUnseen || this.#table.isAlive(shim)) return undefined;
    const [oldest] = this.#leftBehind(shim);
    return oldest === undefined ? undefined : this.#table.identify(oldest);
  }

  /**
   * Members of a dead shim's session. Its number may belong to a stranger's session by now, so only those count that hold
   * our spool files.
   */
  #leftBehind(shim: ProcessIdentity): readonly number[] {
    const self = this.#table.self();
    if (shim.bootId !== self.bootId || shim.host !== self.host) return [];
    return sessionMembers(shim.pid).filter((pid) => holdsFile(pid, [this.#spool.stdout, this.#spool.stderr]));
  }

  /** False if the engine is not known yet. */
  #interruptEngine(): boolean {
    const engine = this.identity();
    if (engine !== undefined && this.#table.isAlive(engine)) signalProcess(engine.pid, 'SIGINT');
    return engine !== undefined;
  }

  #tree(): readonly number[] {
    const shim = this.#shim;
    if (shim === undefined || this.#isUnseen) return [];
    const engine = this.identity();
    const livingEngine = engine !== undefined && this.#table.isAlive(engine) ? engine : undefined;
    if (livingEngine === undefined && !this.#isSessionOurs(shim)) return this.#leftBehind(shim);
    const tree = treeOf(shim.pid, livingEngine);
    if (tree.length > 0) this.#seenAliveAt = this.#clock.monotonicMs();
    return tree;
  }

  /**
   * All of them stopped: who starts others while he is being killed would leave some that nobody knows for his any more. A signal only
   * asks to stop, and who is just starting another does that first: so the look that finds nobody new begins when all known stand still.
   * Of a tree that grows faster than it can be stopped, or does not stop, what there is after a few looks.
   */
  async #treeAtRest(): Promise<readonly number[]> {
    const stopped = new Set<number>();
    for (let looks = 0; looks < looksAtTree; looks++) {
      const isAtRest = [...stopped].every(standsStill);
      const moving = this.#tree().filter((pid) => !stopped.has(pid));
      if (moving.length === 0 && isAtRest) break;
      for (const pid of moving) {
        haltProcess(pid, 'SIGSTOP');
        stopped.add(pid);
      }
      if (moving.length === 0) await this.#clock.sleep(pollMs / 100);
    }
    return [...stopped];
  }

  /** The number of a session is not given away while it has members, nor soon after: pids must go round first. */
  #isSessionOurs(shim: ProcessIdentity): boolean {
    return this.#table.isAlive(shim) || this.#clock.monotonicMs() - this.#seenAliveAt < pollMs * 10;
  }

  /** Kills until nobody is left, also of those whose parents ended before them and who are in no tree any more. */
  async #killTree(): Promise<void> {
    const patientUntil = this.#clock.monotonicMs() + patienceMs;
    let dying: readonly ProcessIdentity[] = [];
    for (;;) {
      const tree = await this.#treeAtRest();
      const found = tree.map((pid) => this.#table.identify(pid)).filter((identity) => identity !== undefined);
      for (const pid of tree) signalProcess(pid, 'SIGKILL');
      dying = [...dying, ...found].filter((identity) => this.#table.isAlive(identity));
      if ((tree.length === 0 && dying.length === 0) || this.#clock.monotonicMs() > patientUntil) break;
      await this.#clock.sleep(pollMs / 20);
    }
    if (this.#shim !== undefined && this.#table.isAlive(this.#shim)) signalProcess(this.#shim.pid, 'SIGCONT');
  }

  /** Waits for the time, news of the shim or the signal, whichever comes first. */
  async #wait(delayMs: number, signal?: AbortSignal): Promise<void> {
    const over = new AbortController();
    const wake = (): void => over.abort();
    if (this.#isNewsUnseen) wake();
    this.#isNewsUnseen = false;
    // A race against a promise or signal that lives for hours would keep something of every round.
    this.#sleepers.add(wake);
    signal?.addEventListener('abort', wake, { once: true });
    await this.#clock.sleep(delayMs, over.signal).catch(() => undefined);
    signal?.removeEventListener('abort', wake);
    this.#sleepers.delete(wake);
  }

  #noteNews(): void {
    this.#seenAliveAt = this.#clock.monotonicMs();
    this.#isNewsUnseen = this.#sleepers.size === 0;
    for (const wake of this.#sleepers) wake();
  }
}
