import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type {
  Clock,
  EngineExit,
  EngineProcess,
  EngineProcesses,
  PreparedCommand,
  PrivilegedStart,
  ProcessIdentity,
  ProcessTable,
} from '@umbracore/contracts';
import {
  foldersIn,
  outdatedFolders,
  pieceOf,
  recordIn,
  takeFolder,
  writeRecord,
  type StartRecord,
  type Work,
} from './engine-folders.ts';
import type { Peer } from './proof.ts';
import { Refusal } from './refusal.ts';

export interface EngineRoomOptions {
  /** Folder of this program alone. */
  readonly dir: string;
  readonly processes: EngineProcesses;
  readonly processTable: ProcessTable;
  readonly clock: Clock;
  /** Where the output of an engine is, by its spool folder. */
  readonly outputOf: (spool: string) => { readonly stdout: string; readonly stderr: string };
}

export interface Output {
  readonly stdout: string;
  readonly stderr: string;
  readonly engine: ProcessIdentity | null;
  readonly exit: { readonly code: number | null; readonly signal: string | null; readonly lost: boolean } | null;
}

/** An engine of a number. */
export interface Found {
  readonly engine: EngineProcess;
  readonly version: string;
  readonly ended: boolean;
}

interface Followed {
  readonly engine: EngineProcess;
  exit: EngineExit | undefined;
}

/** A reader that has everything waits so long for more. */
const waitMs = 1000;
const lookEveryMs = 50;
/** Whoever has not read for so long is gone: an engine that is to end with its coordinator ends then, and one that stands still goes on. */
const lonelyMs = 15_000;
const endGraceMs = 60_000;

/**
 * The engines that were started for others. Each has a folder under the number that its client gave it: a number is used once,
 * whatever happens, so that nobody who asks again starts a second engine.
 */
export class EngineRoom {
  readonly #options: EngineRoomOptions;
  readonly #followed = new Map<string, Followed>();
  readonly #readAt = new Map<string, number>();
  readonly #pausedReadAt = new Map<string, number>();
  readonly #pausesWatched = new Set<string>();
  readonly #claimed = new Set<string>();
  readonly #undecided = new Map<string, Promise<void>>();

  constructor(options: EngineRoomOptions) {
    this.#options = options;
    mkdirSync(options.dir, { recursive: true, mode: 0o700 });
  }

  /** True while an engine is here that ends with this process. */
  get isNeeded(): boolean {
    return this.#readAt.size > 0 || this.#undecided.size > 0;
  }

  /**
   * Takes the number for ever; throws a `Refusal` if it was used, or if the same work is under way. Nobody else begins the same
   * until what this gives is disposed of.
   */
  async claim({ uid }: Peer, id: string, work: Work): Promise<Disposable> {
    const key = keyOf(work);
    if (this.#claimed.has(key)) throw atWork(work);
    this.#claimed.add(key);
    const folder = this.#folderOf(uid, id);
    try {
      if ((await this.#living()).some((other) => keyOf(other) === key)) throw atWork(work);
      if (!takeFolder(folder)) throw new Refusal('This start was asked for before');
      // Until then nobody can say what became of this number.
      let decide = (): void => undefined;
      this.#undecided.set(folder, new Promise((resolve) => (decide = resolve)));
      return {
        [Symbol.dispose]: () => {
          this.#claimed.delete(key);
          this.#undecided.delete(folder);
          decide();
        },
      };
    } catch (error) {
      this.#claimed.delete(key);
      throw error;
    }
  }

  async start(
    { uid }: Peer,
    id: string,
    work: Work,
    { command, version }: PreparedCommand,
    { orphanPolicy, limits }: Pick<PrivilegedStart, 'orphanPolicy' | 'limits'>,
  ): Promise<EngineProcess> {
    const folder = this.#folderOf(uid, id);
    writeRecord(folder, { ...work, version });
    const spool = join(folder, 'spool');
    const engine = await this.#options.processes.start(command, { spool, orphanPolicy, limits });
    this.#follow(folder, engine);
    if (orphanPolicy === 'die') this.#watch(folder, engine);
    return engine;
  }

  /** The engine of a number; undefined if there is none, and from now on there never will be. */
  async find({ uid }: Peer, id: string): Promise<Found | undefined> {
    const folder = this.#folderOf(uid, id);
    // First this: whoever takes the number now has it, and a start that has it is in the list below.
    if (takeFolder(folder)) return undefined;
    await this.#undecided.get(folder);
    const record = recordIn(folder);
    const engine = await this.#engineIn(folder);
    if (record === undefined || engine === undefined) return undefined;
    return { engine, version: record.version, ended: !(await this.#isLiving(folder)) };
  }

  /** What came after these offsets; waits a moment for it. The exit comes when all before it was read. */
  async read(
    { uid, gid }: Peer,
    id: string,
    from: { readonly stdout: number; readonly stderr: number },
  ): Promise<Output> {
    const folder = this.#folderOf(uid, id);
    const engine = await this.present({ uid, gid }, id);
    const followed = this.#follow(folder, engine);
    const { clock, outputOf } = this.#options;
    const files = outputOf(join(folder, 'spool'));
    for (const end = clock.monotonicMs() + waitMs; ; await clock.sleep(lookEveryMs)) {
      for (const readAt of [this.#readAt, this.#pausedReadAt])
        if (readAt.has(folder)) readAt.set(folder, clock.monotonicMs());
      // The exit before the output: all of that was written before an exit that is seen here.
      const { exit } = followed;
      const stdout = pieceOf(files.stdout, from.stdout);
      const stderr = pieceOf(files.stderr, from.stderr);
      const isQuiet = stdout.length + stderr.length === 0;
      if (isQuiet && exit === undefined && clock.monotonicMs() < end) continue;
      const isOver = isQuiet && exit !== undefined;
      // Who comes back for it has it followed anew.
      if (isOver) this.#followed.delete(folder);
      return {
        stdout: stdout.toString('base64'),
        stderr: stderr.toString('base64'),
        engine: followed.engine.identity() ?? null,
        exit: isOver ? exitOf(exit) : null,
      };
    }
  }

  /** Throws a `Refusal` if the peer has started none under this number. */
  async present({ uid }: Peer, id: string): Promise<EngineProcess> {
    const engine = await this.#engineIn(this.#folderOf(uid, id));
    if (engine === undefined) throw new Refusal('No engine was started under this number');
    return engine;
  }

  /** False if it cannot be paused. It stands still for as long as somebody reads of it: who paused it may be killed, and this program is not. */
  async pause(peer: Peer, id: string): Promise<boolean> {
    const engine = await this.present(peer, id);
    const folder = this.#folderOf(peer.uid, id);
    const { clock } = this.#options;
    this.#pausedReadAt.set(folder, clock.monotonicMs());
    const isPaused = await engine.pause();
    if (!isPaused) this.#pausedReadAt.delete(folder);
    else this.#watchPause(folder, engine);
    return isPaused;
  }

  async resume(peer: Peer, id: string): Promise<void> {
    const engine = await this.present(peer, id);
    this.#pausedReadAt.delete(this.#folderOf(peer.uid, id));
    await engine.resume();
  }

  /** Goes on by itself: how it ended is read like everything else. */
  async end(peer: Peer, id: string, graceMs: number | undefined): Promise<void> {
    const engine = await this.present(peer, id);
    void (graceMs === undefined ? engine.kill() : engine.interrupt(graceMs)).catch(() => undefined);
  }

  /** Removes what engines left behind that ended long ago, or that are too many. */
  async tidy(): Promise<void> {
    for (const folder of outdatedFolders(this.#options.dir, this.#options.clock.now()))
      if (!(await this.#isLiving(folder))) rmSync(folder, { recursive: true, force: true });
  }

  #folderOf(uid: number, id: string): string {
    return join(this.#options.dir, String(uid), id);
  }

  async #engineIn(folder: string): Promise<EngineProcess | undefined> {
    const followed = this.#followed.get(folder);
    if (followed !== undefined) return followed.engine;
    return existsSync(folder) ? await this.#options.processes.find(join(folder, 'spool')) : undefined;
  }

  #follow(folder: string, engine: EngineProcess): Followed {
    const before = this.#followed.get(folder);
    if (before !== undefined) return before;
    const followed: Followed = { engine, exit: undefined };
    this.#followed.set(folder, followed);
    void this.#awaitExit(folder, followed);
    return followed;
  }

  async #awaitExit(folder: string, followed: Followed): Promise<void> {
    try {
      followed.exit = await followed.engine.follow({});
      this.#readAt.delete(folder);
      this.#pausedReadAt.delete(folder);
    } catch {
      // It is looked at anew when somebody asks. If nobody does, it may live: it is let go, or ended, as before.
      this.#followed.delete(folder);
    }
  }

  /** Once at a time: it goes on watching what was let go and paused again meanwhile. */
  #watchPause(folder: string, engine: EngineProcess): void {
    if (this.#pausesWatched.has(folder)) return;
    this.#pausesWatched.add(folder);
    const { clock } = this.#options;
    const watching = clock.every(1000, () => {
      const readAt = this.#pausedReadAt.get(folder);
      if (readAt !== undefined && clock.monotonicMs() - readAt < lonelyMs) return;
      watching[Symbol.dispose]();
      this.#pausesWatched.delete(folder);
      if (!this.#pausedReadAt.delete(folder)) return;
      void engine.resume().catch(() => undefined);
    });
  }

  #watch(folder: string, engine: EngineProcess): void {
    const { clock } = this.#options;
    this.#readAt.set(folder, clock.monotonicMs());
    const watching = clock.every(1000, () => {
      const readAt = this.#readAt.get(folder);
      if (readAt !== undefined && clock.monotonicMs() - readAt < lonelyMs) return;
      watching[Symbol.dispose]();
      if (readAt === undefined) return;
      void engine
        .interrupt(endGraceMs)
        .catch(() => undefined)
        .finally(() => this.#readAt.delete(folder));
    });
  }

  async #living(): Promise<readonly StartRecord[]> {
    const living: StartRecord[] = [];
    for (const folder of foldersIn(this.#options.dir)) {
      const record = recordIn(folder);
      if (record !== undefined && (await this.#isLiving(folder))) living.push(record);
    }
    return living;
  }

  async #isLiving(folder: string): Promise<boolean> {
    if (this.#undecided.has(folder)) return true;
    const identity = (await this.#engineIn(folder))?.identity();
    return identity !== undefined && this.#options.processTable.isAlive(identity);
  }
}

const keyOf = ({ verb, repository, job }: Work): string => JSON.stringify([verb, repository, job]);

const atWork = ({ verb, repository, job }: Work): Refusal =>
  new Refusal(`An engine is at work on this already: ${verb} ${job} ${repository}`, 'Wait until it has ended.');

const exitOf = ({ code, signal, lost }: EngineExit) => ({ code: code ?? null, signal: signal ?? null, lost });
