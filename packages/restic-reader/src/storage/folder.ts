import { createHash } from 'node:crypto';
import { createReadStream, type Dirent } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { cancelled, isAbsent, nameOf, unreadable, type FileKind } from '../problems.ts';
import { OpenFiles } from './open-files.ts';

const folders = { key: 'keys', snapshot: 'snapshots', index: 'index' } as const satisfies Record<string, string>;

/** Kinds of files that lie side by side in one folder. */
export type ListedKind = keyof typeof folders;

const isName = (name: string): boolean => /^[0-9a-f]{64}$/.test(name);

/** So many packs are kept open: a listing jumps between a few. */
const openPacks = 8;

/**
 * The files of a repository on this machine. It only ever opens files for reading. What is absent comes back as undefined;
 * other failures are `UmbraError`s.
 */
export class RepositoryFolder implements AsyncDisposable {
  readonly path: string;
  readonly #packs = new OpenFiles(openPacks);

  constructor(path: string) {
    this.path = path;
  }

  #fileOf(kind: FileKind, id: string): string {
    if (kind === 'config') return join(this.path, 'config');
    if (kind === 'pack') return join(this.path, 'data', id.slice(0, 2), id);
    return join(this.path, folders[kind], id);
  }

  /** Ids of the files of one kind; undefined if their folder is absent. Names that are no ids belong to somebody else. */
  async list(kind: ListedKind): Promise<readonly string[] | undefined> {
    const names = await orAbsent(`folder ${folders[kind]}`, () => readdir(join(this.path, folders[kind])));
    return names?.filter(isName).sort();
  }

  read(kind: FileKind, id: string): Promise<Buffer | undefined> {
    return orAbsent(nameOf(kind, id), () => readFile(this.#fileOf(kind, id)));
  }

  /** `length` bytes of a pack, or fewer if it ends before. */
  readPart(id: string, offset: number, length: number): Promise<Buffer | undefined> {
    return orAbsent(nameOf('pack', id), () =>
      this.#packs.use(this.#fileOf('pack', id), async (handle) => {
        const bytes = Buffer.allocUnsafeSlow(length);
        let filled = 0;
        while (filled < length) {
          const { bytesRead } = await handle.read(bytes, filled, length - filled, offset + filled);
          if (bytesRead === 0) break;
          filled += bytesRead;
        }
        return bytes.subarray(0, filled);
      }),
    );
  }

  /** Every pack with its size in bytes. */
  async *packs(): AsyncGenerator<{ readonly id: string; readonly bytes: number }> {
    const shards = (await orAbsent('folder data', () => readdir(join(this.path, 'data')))) ?? [];
    for (const shard of shards.filter((name) => /^[0-9a-f]{2}$/.test(name)).sort()) {
      const folder = join(this.path, 'data', shard);
      const names = (await orAbsent(`folder data/${shard}`, () => readdir(folder, { withFileTypes: true }))) ?? [];
      const sizes = names.filter(isPack).map(async ({ name }) => ({ id: name, bytes: await this.packBytes(name) }));
      for (const { id, bytes } of await Promise.all(sizes)) if (bytes !== undefined) yield { id, bytes };
    }
  }

  async packBytes(id: string): Promise<number | undefined> {
    const found = await orAbsent(nameOf('pack', id), () => stat(this.#fileOf('pack', id)));
    return found?.size;
  }

  /** The SHA-256 of a whole file, read as a stream. */
  hashOf(kind: FileKind, id: string, signal?: AbortSignal): Promise<string | undefined> {
    return orAbsent(nameOf(kind, id), async () => {
      const hash = createHash('sha256');
      const stream = createReadStream(this.#fileOf(kind, id), { highWaterMark: 1024 * 1024 });
      await pipeline(stream, hash, signal === undefined ? {} : { signal });
      return hash.digest('hex');
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#packs[Symbol.asyncDispose]();
  }
}

const isPack = (entry: Dirent): boolean => isName(entry.name) && !entry.isDirectory();

async function orAbsent<T>(what: string, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (isAbsent(error)) return undefined;
    if (error instanceof Error && error.name === 'AbortError') throw cancelled(error);
    throw unreadable(what, error);
  }
}
