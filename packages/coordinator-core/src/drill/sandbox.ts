import { isTerminal, reasonOf, UmbraError } from '@umbracore/contracts';
import type { RunId, StateStore } from '@umbracore/contracts';
import { chmod, lstat, mkdir, readdir, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';

const prefix = 'drill-';

/** Where the drill of a run restores to. */
const sandboxOf = (scratchDir: string, run: RunId): string => join(scratchDir, `${prefix}${run}`);

/** For folders, for blocks that are not full, and for whoever else works on the disk. */
const spareBytes = 16 * 1024 ** 2;

const isEnough = (free: number, bytes: number): boolean => free >= bytes + bytes / 20 + spareBytes;

/** A folder that nobody else can look into, gone when it is disposed. */
export class Sandbox implements AsyncDisposable {
  readonly #path: string;
  #folders = 0;

  private constructor(path: string) {
    this.#path = path;
  }

  /** What an earlier attempt of the run left there goes first. */
  static async create(scratchDir: string, run: RunId): Promise<Sandbox> {
    const path = sandboxOf(scratchDir, run);
    try {
      await removeFolder(path);
      await mkdir(scratchDir, { recursive: true, mode: 0o700 });
      await mkdir(path, { mode: 0o700 });
    } catch (error) {
      throw new UmbraError('restore.target', `There is no folder to restore to by way of trial: ${reasonOf(error)}`, {
        hint: `Make ${scratchDir} writable, or point TMPDIR to another disk.`,
        cause: error,
      });
    }
    return new Sandbox(path);
  }

  /** Throws `engine.disk-full` if so many bytes have no room. */
  async demandRoom(bytes: number): Promise<void> {
    const free = await this.#free();
    if (isEnough(free, bytes)) return;
    const mebibytes = (amount: number): string => `${Math.ceil(amount / 1024 ** 2)} MiB`;
    throw new UmbraError(
      'engine.disk-full',
      `The files to be tried need ${mebibytes(bytes + spareBytes)}, and the disk of ${this.#path} has ${mebibytes(free)}`,
      { hint: 'Give the drill a smaller `maxSize`, or point TMPDIR to a larger disk.' },
    );
  }

  async hasRoom(bytes: number): Promise<boolean> {
    return isEnough(await this.#free(), bytes);
  }

  async #free(): Promise<number> {
    const { bavail, bsize } = await statfs(this.#path);
    return bavail * bsize;
  }

  /** A path that nothing is at yet. */
  newFolder(): string {
    this.#folders += 1;
    return join(this.#path, `${this.#folders}`);
  }

  async clear(folder: string): Promise<void> {
    await removeFolder(folder);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await removeFolder(this.#path);
  }
}

/** Restored folders have the rights that they were saved with: their owner may not be allowed to look into them. */
export async function removeFolder(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch {
    await openUp(Buffer.from(path));
    await rm(path, { recursive: true, force: true });
  }
}

/** Names are bytes: not all are UTF-8. */
async function openUp(path: Buffer): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found?.isDirectory() !== true) return;
  await chmod(path, 0o700);
  for (const name of await readdir(path, { encoding: 'buffer' })) {
    await openUp(Buffer.concat([path, Buffer.from('/'), name]));
  }
}

/** What a drill left behind whose process died and that nobody does once more. */
export const tidySandbox = (scratchDir: string, run: RunId): Promise<void> => removeFolder(sandboxOf(scratchDir, run));

/** What drills left behind whose process died and whose runs have ended since. Those of runs that nobody here knows stay. */
export async function tidySandboxes(store: Pick<StateStore, 'run'>, scratchDir: string): Promise<void> {
  for (const name of await readdir(scratchDir).catch(() => [])) {
    if (!name.startsWith(prefix)) continue;
    const run = await store.run(name.slice(prefix.length));
    if (run !== undefined && isTerminal(run.state)) await removeFolder(join(scratchDir, name));
  }
}
