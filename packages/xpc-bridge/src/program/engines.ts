import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type {
  Clock,
  EngineExit,
  EngineProcess,
  EngineProcesses,
  OrphanPolicy,
  PreparedCommand,
  ProcessIdentity,
  ProcessTable,
} from '@umbracore/contracts';
import type { Peer } from './proof.ts';
import { Refusal } from './refusal.ts';

/** What an engine works on; two at once on the same would be one too many. */
export interface Work {
  readonly verb: 'backup' | 'restore';
  readonly repository: string;
  /** Empty for a restore. */
  readonly job: string;
}

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

/** What is written down of a start before it happens. */
interface StartRecord extends Work {
  readonly version: string;
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

/** So much of each stream goes into one answer. */
const pieceBytes = 128 * 1024;
/** A reader that has everything waits so long for more. */
const waitMs = 1000;
const lookEveryMs = 50;
/** An engine that is to end with its coordinator is ended when nobody has read for so long. */
const lonelyMs = 15_000;
/** What an engine has left behind is kept so long for whoever comes back. */
const keptMs = 7 * 24 * 3600_000;
const keptPerUser = 200;
const endGraceMs = 60_000;

/**
 * The engines that were started for others. Each has a folder under the number that its client gave it: a number is used once,
 * whatever happens, so that nobody who asks again starts a second engine.
 */
export class EngineRoom {
  readonly #options: EngineRoomOptions;
  readonly #followed = new Map<string, Followed>();
  readonly #readAt = new Map<string, number>();
  readonly #starting = new Map<string, Promise<unknown>>();
  readonly #claimed = new Set<string>();

  constructor(options: EngineRoomOptions) {
    this.#options = options;
    mkdirSync(options.dir, { recursive: true, mode: 0o700 });
  }

  /** True while an engine is here that ends with this process. */
  get isNeeded(): boolean {
    return this.#readAt.size > 0 || this.#starting.size > 0;
  }

  /**
   * Takes the number for ever; throws a `Refusal` if it was used, or if the same work is under way. Nobody else begins the same
   * until what this gives is disposed of.
   */
  async claim({ uid }: Peer, id: string, work: Work): Promise<Disposable> {
    const key = keyOf(work);
    if (this.#claimed.has(key)) throw atWork(work);
    this.#claimed.add(key);
    try {
      if ((await this.#living()).some((other) => keyOf(other) === key)) throw atWork(work);
      if (!this.#take(uid, id)) throw new Refusal('This start was asked for before');
      return { [Symbol.dispose]: () => void this.#claimed.delete(key) };
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
    orphanPolicy: OrphanPolicy,
  ): Promise<EngineProcess> {
    const folder = this.#folderOf(uid, id);
    const record: StartRecord = { ...work, version };
    writeFileSync(join(folder, 'start.json'), JSON.stringify(record), { mode: 0o600, flag: 'wx' });
    const spool = join(folder, 'spool');
    const starting = this.#options.processes.start(command, { spool, orphanPolicy });
    this.#starting.set(folder, starting);
    try {
      const engine = await starting;
      this.#follow(folder, engine);
      if (orphanPolicy === 'die') this.#watch(folder, engine);
      return engine;
    } finally {
      this.#starting.delete(folder);
    }
  }

  /** The engine of a number; undefined if there is none, and from now on there never will be. */
  async find({ uid }: Peer, id: string): Promise<Found | undefined> {
    const folder = this.#folderOf(uid, id);
    await this.#starting.get(folder)?.catch(() => undefined);
    if (this.#take(uid, id)) return undefined;
    const record = recordIn(folder);
    const engine = await this.#engineIn(folder);
    if (record === undefined || engine === undefined) return undefined;
    return { engine, version: record.version, ended: !(await this.#isLiving(folder)) };
  }

  /** What came after these offsets; waits a moment for it. The exit comes when all before it was read. */
  async read({ uid }: Peer, id: string, from: { readonly stdout: number; readonly stderr: number }): Promise<Output> {
    const folder = this.#folderOf(uid, id);
    const engine = await this.#engineIn(folder);
    if (engine === undefined) throw new Refusal('No engine was started under this number');
    const followed = this.#follow(folder, engine);
    const { clock, outputOf } = this.#options;
    const files = outputOf(join(folder, 'spool'));
    for (const end = clock.monotonicMs() + waitMs; ; await clock.sleep(lookEveryMs)) {
      if (this.#readAt.has(folder)) this.#readAt.set(folder, clock.monotonicMs());
      // The exit before the output: all of that was written before an exit that is seen here.
      const { exit } = followed;
      const stdout = pieceOf(files.stdout, from.stdout);
      const stderr = pieceOf(files.stderr, from.stderr);
      const isQuiet = stdout.length + stderr.length === 0;
      if (isQuiet && exit === undefined && clock.monotonicMs() < end) continue;
      return {
        stdout: stdout.toString('base64'),
        stderr: stderr.toString('base64'),
        engine: followed.engine.identity() ?? null,
        exit: isQuiet && exit !== undefined ? exitOf(exit) : null,
      };
    }
  }

  /** Goes on by itself: how it ended is read like everything else. */
  async end({ uid }: Peer, id: string, graceMs: number | undefined): Promise<void> {
    const engine = await this.#engineIn(this.#folderOf(uid, id));
    if (engine === undefined) throw new Refusal('No engine was started under this number');
    void (graceMs === undefined ? engine.kill() : engine.interrupt(graceMs)).catch(() => undefined);
  }

  /** Removes what engines left behind that ended long ago, or that are too many. */
  async tidy(): Promise<void> {
    for (const uid of namesIn(this.#options.dir)) {
      const folders = namesIn(join(this.#options.dir, uid)).map((id) => join(this.#options.dir, uid, id));
      const byAge = folders
        .map((folder) => ({ folder, at: changedAt(folder) }))
        .sort((one, other) => other.at - one.at);
      for (const [index, { folder, at }] of byAge.entries()) {
        const isOld = index >= keptPerUser || this.#options.clock.now() - at > keptMs;
        if (isOld && !(await this.#isLiving(folder))) rmSync(folder, { recursive: true, force: true });
      }
    }
  }

  #folderOf(uid: number, id: string): string {
    return join(this.#options.dir, String(uid), id);
  }

  #take(uid: number, id: string): boolean {
    mkdirSync(join(this.#options.dir, String(uid)), { recursive: true, mode: 0o700 });
    try {
      mkdirSync(this.#folderOf(uid, id), { mode: 0o700 });
      return true;
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
      throw error;
    }
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
    } catch {
      // It is looked at anew when somebody asks.
      this.#followed.delete(folder);
    } finally {
      this.#readAt.delete(folder);
    }
  }

  #watch(folder: string, engine: EngineProcess): void {
    const { clock } = this.#options;
    this.#readAt.set(folder, clock.monotonicMs());
    const watching = clock.every(1000, () => {
      const readAt = this.#readAt.get(folder);
      if (readAt !== undefined && clock.monotonicMs() - readAt < lonelyMs) return;
      watching[Symbol.dispose]();
      if (readAt !== undefined) void engine.interrupt(endGraceMs).catch(() => undefined);
    });
  }

  async #living(): Promise<readonly StartRecord[]> {
    const living: StartRecord[] = [];
    for (const uid of namesIn(this.#options.dir)) {
      for (const id of namesIn(join(this.#options.dir, uid))) {
        const folder = join(this.#options.dir, uid, id);
        const record = recordIn(folder);
        if (record !== undefined && (await this.#isLiving(folder))) living.push(record);
      }
    }
    return living;
  }

  async #isLiving(folder: string): Promise<boolean> {
    if (this.#starting.has(folder)) return true;
    const identity = (await this.#engineIn(folder))?.identity();
    return identity !== undefined && this.#options.processTable.isAlive(identity);
  }
}

const keyOf = ({ verb, repository, job }: Work): string => JSON.stringify([verb, repository, job]);

const atWork = ({ verb, repository, job }: Work): Refusal =>
  new Refusal(`An engine is at work on this already: ${verb} ${job} ${repository}`, 'Wait until it has ended.');

const exitOf = ({ code, signal, lost }: EngineExit) => ({ code: code ?? null, signal: signal ?? null, lost });

function pieceOf(path: string, from: number): Buffer {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const piece = Buffer.alloc(pieceBytes);
    return piece.subarray(0, readSync(file, piece, 0, piece.length, from));
  } catch {
    return Buffer.alloc(0);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function recordIn(folder: string): StartRecord | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, 'start.json'), 'utf8')) as StartRecord;
  } catch {
    return undefined;
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

const changedAt = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
