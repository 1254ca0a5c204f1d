import { open, type FileHandle } from 'node:fs/promises';

interface Kept {
  readonly opening: Promise<FileHandle>;
  users: number;
}

/** Keeps the files that were read last open, so that a listing that jumps between a few packs opens each once. */
export class OpenFiles implements AsyncDisposable {
  readonly #most: number;
  /** Least recently used first. */
  readonly #files = new Map<string, Kept>();

  constructor(most: number) {
    this.#most = most;
  }

  /** Rejects with what opening the file or `work` throws. The handle is open until `work` has ended. */
  async use<T>(path: string, work: (handle: FileHandle) => Promise<T>): Promise<T> {
    const file = this.#files.get(path) ?? { opening: open(path, 'r'), users: 0 };
    file.users += 1;
    this.#files.delete(path);
    this.#files.set(path, file);
    this.#closeSuperfluous();
    try {
      return await work(await file.opening);
    } catch (error) {
      // What could not be opened may be there the next time.
      if (this.#files.get(path) === file) this.#files.delete(path);
      throw error;
    } finally {
      file.users -= 1;
      if (file.users === 0 && this.#files.get(path) !== file) await close(file);
    }
  }

  #closeSuperfluous(): void {
    for (const [path, file] of this.#files) {
      if (this.#files.size <= this.#most) return;
      this.#files.delete(path);
      // One that is in use is closed by its last user.
      if (file.users === 0) void close(file);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const files = [...this.#files.values()];
    this.#files.clear();
    await Promise.all(files.filter(({ users }) => users === 0).map(close));
  }
}

async function close({ opening }: Kept): Promise<void> {
  try {
    await (await opening).close();
  } catch {
    // It was never open, or the disk is gone: nothing was written through it.
  }
}
