import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isUmbraError } from '@umbracore/contracts';
import { isAbsent, nameOf, unreadable, type FileKind } from '../problems.ts';
import { GatheredReads, type Part } from './gathered-reads.ts';
import { hashOfFile } from './hash-of-file.ts';
import { OpenFiles } from './open-files.ts';
import { readWholeFile } from './read-whole-file.ts';

const folders = { key: 'keys', snapshot: 'snapshots', index: 'index' } as const satisfies Record<string, string>;

/** Kinds of files that lie side by side in one folder. */
export type ListedKind = keyof typeof folders;

const isName = (name: string): boolean => /^[0-9a-f]{64}$/.test(name);

/** So many folders of packs are listed at the same time. */
const shardsAtOnce = 8;

interface FoundFile {
  readonly id: string;
  readonly bytes: number;
  readonly changedAt: number;
}

/** So many packs are kept open: a listing jumps between a few. */
const openPacks = 8;

/**
 * The files of a repository on this machine. It only ever opens files for reading. What is absent comes back as undefined;
 * other failures are `UmbraError`s.
 */
export class RepositoryFolder implements AsyncDisposable {
  readonly path: string;
  readonly #packs = new OpenFiles(openPacks);
  readonly #parts = new GatheredReads((part) => this.#readPart(part));

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
    return orAbsent(nameOf(kind, id), () => readWholeFile(this.#fileOf(kind, id)));
  }

  /** `length` bytes of a pack, or fewer if it ends before. */
  readPart(id: string, offset: number, length: number): Promise<Buffer | undefined> {
    return this.#parts.read({ id, offset, length });
  }

  #readPart({ id, offset, length }: Part): Promise<Buffer | undefined> {
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

  /** Every pack with its size in bytes, and when the file system says that it was last changed, in milliseconds. */
  async *packs(): AsyncGenerator<FoundFile> {
    const shards = (await orAbsent('folder data', () => readdir(join(this.path, 'data')))) ?? [];
    const wanted = shards.filter((name) => /^[0-9a-f]{2}$/.test(name)).sort();
    for (let at = 0; at < wanted.length; at += shardsAtOnce) {
      const some = await Promise.all(wanted.slice(at, at + shardsAtOnce).map((shard) => this.#packsIn(shard)));
      yield* some.flat();
    }
  }

  async #packsIn(shard: string): Promise<readonly FoundFile[]> {
    const folder = join(this.path, 'data', shard);
    const names = (await orAbsent(`folder data/${shard}`, () => readdir(folder, { withFileTypes: true }))) ?? [];
    const packs = names.filter(isPack).map(({ name: id }) => orAbsent(nameOf('pack', id), () => this.#pack(id)));
    return (await Promise.all(packs)).filter((pack) => pack !== undefined);
  }

  async #pack(id: string): Promise<FoundFile> {
    const { size, ctimeMs } = await stat(this.#fileOf('pack', id));
    return { id, bytes: size, changedAt: ctimeMs };
  }

  /** The SHA-256 of a whole file. `each` is called with the bytes of every piece that was read. */
  hashOf(
    kind: FileKind,
    id: string,
    signal?: AbortSignal,
    each?: (bytes: number) => void,
  ): Promise<string | undefined> {
    return orAbsent(nameOf(kind, id), () => hashOfFile(this.#fileOf(kind, id), signal, each));
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#parts[Symbol.dispose]();
    return this.#packs[Symbol.asyncDispose]();
  }
}

const isPack = (entry: Dirent): boolean => isName(entry.name) && !entry.isDirectory();

async function orAbsent<T>(what: string, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (isAbsent(error)) return undefined;
    if (isUmbraError(error)) throw error;
    throw unreadable(what, error);
  }
}
