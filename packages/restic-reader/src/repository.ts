import { UmbraError } from '@umbracore/contracts';
import type { SealingKey } from './crypto/sealing-key.ts';
import { FieldReader, isId } from './documents/fields.ts';
import { checkName, sha256 } from './documents/hashed-name.ts';
import { openDocument } from './documents/sealed-file.ts';
import { parseSnapshot, type StoredSnapshot } from './documents/snapshot.ts';
import { parseTree, type TreeNode } from './documents/tree.ts';
import { changed, damaged, nameOf, throwIfAborted, unsupported } from './problems.ts';
import type { BlobPlace, BlobType } from './reading/blob-index.ts';
import { treeDifferences, type TreeDifference } from './reading/differences.ts';
import { inBatches } from './reading/in-batches.ts';
import { walkTree, type ListedNode } from './reading/listing.ts';
import { IndexMemory } from './reading/index-memory.ts';
import { indexFiles, isSameSet, loadIndex, type LoadedIndex } from './reading/load-index.ts';
import { loadTreePlaces } from './reading/load-tree-places.ts';
import { openKey, type Credential, type OpenedKey } from './reading/open-key.ts';
import type { TreePlaces } from './reading/tree-places.ts';
import { RepositoryFolder } from './storage/folder.ts';
import { decompress } from './storage/zstd.ts';

/** Snapshots that are read at the same time: the disk has a queue, and each is small. */
const snapshotsAtOnce = 16;

/** The index is read so often until a read succeeds with it. */
const attempts = 3;

/** A read found the repository other than its index says. */
class Mismatch {
  readonly what: string;
  /** What it means if the index is up to date. */
  readonly damage: UmbraError;

  constructor(what: string, damage: UmbraError) {
    this.what = what;
    this.damage = damage;
  }
}

export interface ListOptions {
  /** An absolute path. Bytes for what is no UTF-8. */
  readonly below?: string | Uint8Array | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens a repository in a folder of this machine. Takes no lock and writes nothing.
 *
 * Throws `repository.absent`, `repository.wrong-password`, `repository.permission`, `repository.unreachable`,
 * `repository.damaged`, and `backend.unsupported` for what only restic can read.
 */
export async function openRepository(
  path: string,
  credential: Credential,
  signal?: AbortSignal,
): Promise<ResticRepository> {
  throwIfAborted(signal);
  const folder = new RepositoryFolder(path);
  const sealed = await folder.read('config', '');
  if (sealed === undefined) throw absent(path);
  const opened = await openKey(folder, credential, signal);
  try {
    const config = new FieldReader('config', await openDocument('config', opened.key, sealed));
    const version = config.count('version');
    if (version !== 1 && version !== 2) throw unsupported(`The repository in ${path} has format ${version}`);
    return new ResticRepository(folder, opened, config.id('id'), version);
  } catch (error) {
    opened.key.wipe();
    throw error;
  }
}

export const absent = (path: string): UmbraError =>
  new UmbraError('repository.absent', `There is no repository in ${path}`, {
    hint: 'Mount it if it lies on a disk or share that is not there.',
    context: { path },
  });

/**
 * A restic repository, open for reading. Everything it gives was checked: the tag of every file, and the hash that is the name
 * of every file and blob. Disposing it wipes the key; nothing can be read afterwards.
 */
export class ResticRepository implements AsyncDisposable {
  /** The repository's own id. */
  readonly id: string;
  /** Format of the repository. */
  readonly version: 1 | 2;
  /** Id of the key file that opened it: a hint for the next time. */
  readonly keyId: string | undefined;
  readonly folder: RepositoryFolder;
  readonly #key: SealingKey;
  #index: Promise<LoadedIndex> | undefined;
  #indexMemory: IndexMemory | undefined;
  #treeFile: string | undefined;
  #trees: Promise<TreePlaces | undefined> | undefined;

  constructor(folder: RepositoryFolder, { key, id: keyId }: OpenedKey, id: string, version: 1 | 2) {
    this.folder = folder;
    this.id = id;
    this.version = version;
    this.keyId = keyId;
    this.#key = key;
  }

  /** Ids of the snapshots, in no order that means anything. */
  async snapshotIds(): Promise<readonly string[]> {
    const ids = await this.folder.list('snapshot');
    if (ids === undefined) throw damaged('folder snapshots', 'is not there');
    return ids;
  }

  /** All snapshots, or those of the given ids that are there, oldest first. One that is removed meanwhile is not among them. */
  async snapshots(signal?: AbortSignal, ids?: readonly string[]): Promise<readonly StoredSnapshot[]> {
    const read = (id: string): Promise<StoredSnapshot | undefined> => this.#snapshot(id);
    const found = await inBatches(ids ?? (await this.snapshotIds()), snapshotsAtOnce, read, signal);
    return found
      .filter((snapshot) => snapshot !== undefined)
      .sort((a, b) => Date.parse(a.time) - Date.parse(b.time) || (a.id < b.id ? -1 : 1));
  }

  /** Throws `snapshot.absent`. */
  async snapshot(id: string): Promise<StoredSnapshot> {
    const found = isId(id) ? await this.#snapshot(id) : undefined;
    if (found !== undefined) return found;
    throw new UmbraError('snapshot.absent', `There is no snapshot ${id}`, {
      hint: 'List the snapshots: it may have been forgotten.',
      context: { id },
    });
  }

  async #snapshot(id: string): Promise<StoredSnapshot | undefined> {
    const what = nameOf('snapshot', id);
    const sealed = await this.folder.read('snapshot', id);
    if (sealed === undefined) return undefined;
    checkName(what, id, sealed);
    return parseSnapshot(what, id, await openDocument(what, this.#key, sealed));
  }

  /** All packs and their blobs, as the index files say. Read once, and again when a read finds that it is out of date. */
  index(signal?: AbortSignal): Promise<LoadedIndex> {
    const loading =
      this.#index ?? loadIndex({ folder: this.folder, key: this.#key, memory: this.#indexMemory }, signal);
    this.#index = loading;
    loading.catch(() => {
      if (this.#index === loading) this.#index = undefined;
    });
    return loading;
  }

  /**
   * Has it kept in a folder of this machine, which nobody else uses, what index files say: of those that are known only the hash is
   * looked at. What is in it may go away at any time.
   */
  rememberIndex(dir: string): void {
    this.#indexMemory = new IndexMemory(dir);
  }

  /** The entries of a folder. */
  async tree(id: string, signal?: AbortSignal): Promise<readonly TreeNode[]> {
    return parseTree(id, await this.treeBytes(id, signal));
  }

  /**
   * Has it kept in a file of this machine where trees lie, so that index files that were read once need not be read again to find
   * them. The file may go away at any time.
   */
  rememberTrees(file: string): void {
    this.#treeFile = file;
  }

  /** A tree as it is stored. Rejects as `blob` does. */
  async treeBytes(id: string, signal?: AbortSignal): Promise<Buffer> {
    const places = (await this.#treePlaces(signal))?.places(id) ?? [];
    const read = places.length === 0 ? undefined : await this.#readOneOf(places, id, `tree ${id}`);
    // Whatever is remembered wrongly, or was moved meanwhile, is found by the index.
    return Buffer.isBuffer(read) ? read : this.blob('tree', id, signal);
  }

  #treePlaces(signal: AbortSignal | undefined): Promise<TreePlaces | undefined> {
    if (this.#treeFile === undefined) return Promise.resolve(undefined);
    const source = { folder: this.folder, key: this.#key, repository: this.id, file: this.#treeFile };
    // What is in the way is in the way of the index as well, which tells of it.
    this.#trees ??= loadTreePlaces(source, signal).catch(() => undefined);
    return this.#trees;
  }

  /** Content of a blob: its SHA-256 is `id`. Throws `repository.changed` if another client removed it meanwhile. */
  blob(type: BlobType, id: string, signal?: AbortSignal): Promise<Buffer> {
    const what = `${type === 'tree' ? 'tree' : 'blob'} ${id}`;
    return this.#current((index) => this.#read(index, type, id, what), signal);
  }

  /** Every entry of a snapshot, folders before what is in them; with `below` those at that path and under it. */
  async *ls(snapshot: string, { below, signal }: ListOptions = {}): AsyncGenerator<ListedNode> {
    const { tree } = await this.snapshot(snapshot);
    yield* walkTree(tree, (id) => this.tree(id, signal), { below, signal });
  }

  /** What differs between two trees, such as those of two snapshots. */
  differences(from: string, to: string, signal?: AbortSignal): AsyncGenerator<TreeDifference> {
    return treeDifferences(from, to, (id) => this.tree(id, signal), signal);
  }

  /** Whether other index files are there now. If so, the next read uses them. */
  async isOutdated(index: LoadedIndex): Promise<boolean> {
    if (isSameSet(index.files, await indexFiles(this.folder))) return false;
    if ((await this.#index?.catch(() => undefined)) === index) this.#index = undefined;
    return true;
  }

  /** A prune moves blobs to other packs: what the index names and is not there is damage only if the index is still the same. */
  async #current<T>(read: (index: LoadedIndex) => Promise<T | Mismatch>, signal: AbortSignal | undefined): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      throwIfAborted(signal);
      const index = await this.index(signal);
      const result = await read(index);
      if (!(result instanceof Mismatch)) return result;
      const outdated = await this.isOutdated(index);
      if (!outdated && attempt === 1) throw result.damage;
      if (!outdated || attempt === attempts) throw changed(result.what, result.damage);
    }
  }

  #read(index: LoadedIndex, type: BlobType, id: string, what: string): Promise<Buffer | Mismatch> {
    return this.#readOneOf(index.blobs.places(type, id), id, what);
  }

  /** One good copy is enough. */
  async #readOneOf(places: readonly BlobPlace[], id: string, what: string): Promise<Buffer | Mismatch> {
    let problem: Mismatch | undefined;
    for (const place of places) {
      const read = await this.#readAt(place, id, what);
      if (!(read instanceof Mismatch)) return read;
      problem = read;
    }
    return problem ?? new Mismatch(what, damaged(what, 'is in no index'));
  }

  async #readAt(
    { pack, offset, length, plainLength }: BlobPlace,
    id: string,
    what: string,
  ): Promise<Buffer | Mismatch> {
    const mismatch = (why: string): Mismatch =>
      new Mismatch(what, damaged(`pack ${pack}`, `${why} where ${what} should be`, { pack, blob: id }));
    const sealed = await this.folder.readPart(pack, offset, length);
    if (sealed === undefined) return new Mismatch(what, damaged(`pack ${pack}`, 'is not there', { pack, blob: id }));
    if (sealed.length < length) return mismatch('ends');
    const content = this.#key.open(sealed);
    if (content === undefined) return mismatch('is damaged');
    const plain = plainLength === undefined ? content : await decompress(content, plainLength);
    if (plain === undefined) return mismatch('cannot be decompressed');
    return sha256(plain) === id ? plain : mismatch('has other content');
  }

  /** Opens the same repository again at no cost. Whoever takes it wipes it. */
  copyKey(): SealingKey {
    return this.#key.copy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#key.wipe();
    await this.folder[Symbol.asyncDispose]();
  }
}
