import { createHash } from 'node:crypto';
import { join } from 'node:path';
import {
  isUmbraError,
  type Secret,
  type Snapshot,
  type SnapshotEntry,
  type SnapshotFilter,
  type RepositoryAccess,
  type RepositoryStatistics,
  type StatisticsOperation,
  type TreeReader,
} from '@umbracore/contracts';
import type { SealingKey } from '../crypto/sealing-key.ts';
import { damaged, throwIfAborted, unsupported } from '../problems.ts';
import { fileContent } from '../reading/file-content.ts';
import { openRepository, type ResticRepository } from '../repository.ts';
import { RepositoryFolder } from '../storage/folder.ts';
import { KeyRing } from './key-ring.ts';
import type { ReadablePlace } from './place.ts';
import { treeReader } from './tree-reader.ts';
import { asEntry, asSnapshot } from './contract-forms.ts';
import { chooseSnapshots, isPlainFilter } from './choose-snapshots.ts';

export { KeyRing };

/** Reads of one repository, each of which opens it for itself. The keys that it finds are on the ring for the next one. */
export class NativeReads {
  readonly #path: string;
  readonly #password: Secret;
  readonly #access: RepositoryAccess | undefined;
  readonly #ring: KeyRing;
  readonly #treeFile: string;

  /** In `cacheDir` it is kept where trees lie. */
  constructor(
    { path, password }: ReadablePlace,
    access: RepositoryAccess | undefined,
    ring: KeyRing,
    cacheDir: string,
  ) {
    this.#treeFile = join(cacheDir, 'trees', createHash('sha256').update(path).digest('hex').slice(0, 32));
    this.#path = path;
    this.#password = password;
    this.#access = access;
    this.#ring = ring;
  }

  /** Throws `backend.unsupported` for filters whose meaning restic alone knows. */
  async snapshots(filter: SnapshotFilter, signal: AbortSignal | undefined): Promise<readonly Snapshot[]> {
    if (!isPlainFilter(filter)) throw unsupported('This choice of snapshots is made by restic');
    if (filter.ids?.length === 0) return [];
    await using repository = await this.#open(signal);
    const ids = filter.ids === undefined ? undefined : [...new Set(filter.ids)];
    return chooseSnapshots((await repository.snapshots(signal, ids)).map(asSnapshot), filter);
  }

  /** Their names are in clear. */
  async snapshotIds(signal: AbortSignal | undefined): Promise<readonly string[]> {
    throwIfAborted(signal);
    const ids = await new RepositoryFolder(this.#path).list('snapshot');
    if (ids === undefined) throw damaged('folder snapshots', 'is not there');
    return ids;
  }

  async *list(
    snapshot: string,
    path: string | undefined,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<SnapshotEntry> {
    if (!isFullId(snapshot) || !isPlainPath(path)) throw unsupported('This snapshot or path is found by restic');
    await using repository = await this.#open(signal);
    for await (const listed of repository.ls(snapshot, { below: path, signal })) yield asEntry(listed);
  }

  /** The content of a regular file, piece by piece. Throws `backend.unsupported` for everything else. */
  async *dump(snapshot: string, path: string, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
    if (!isFullId(snapshot) || !isPlainPath(path)) throw unsupported('This snapshot or path is found by restic');
    await using repository = await this.#open(signal);
    const found = await repository.ls(snapshot, { below: path, signal }).next();
    if (found.done === true || found.value.node.type !== 'file') throw unsupported('This is dumped by restic');
    yield* fileContent(found.value.node, (id) => repository.blob('data', id, signal));
  }

  async statistics(operation: StatisticsOperation): Promise<RepositoryStatistics> {
    const { statisticsOf } = await import('./statistics.ts');
    await using repository = await this.#open(operation.signal);
    return await statisticsOf(repository, operation);
  }

  async openTrees(signal: AbortSignal | undefined): Promise<TreeReader> {
    return treeReader(await this.#open(signal));
  }

  /** A key of its own, for whoever reads elsewhere. */
  async key(signal: AbortSignal | undefined): Promise<SealingKey> {
    await using repository = await this.#open(signal);
    return repository.copyKey();
  }

  async #open(signal: AbortSignal | undefined): Promise<ResticRepository> {
    const repository = await this.#openAnyhow(signal);
    repository.rememberTrees(this.#treeFile);
    return repository;
  }

  async #openAnyhow(signal: AbortSignal | undefined): Promise<ResticRepository> {
    const known = await this.#openAgain(signal);
    if (known !== undefined) return known;
    const opener = (await this.#access?.opener(this.#password)) ?? { password: this.#password };
    const repository = await openRepository(this.#path, opener, signal);
    const { keyId } = repository;
    if (keyId === undefined) return repository;
    this.#ring.keep(this.#path, this.#password, { keyId, key: repository.copyKey() });
    // A machine key is found without being remembered.
    if (opener.password === this.#password) await this.#access?.opened(keyId);
    return repository;
  }

  /** Undefined if no key is known, or if another repository lies there now. */
  async #openAgain(signal: AbortSignal | undefined): Promise<ResticRepository | undefined> {
    const key = this.#ring.find(this.#path, this.#password);
    if (key === undefined) return undefined;
    try {
      return await openRepository(this.#path, { key }, signal);
    } catch (error) {
      if (!isUmbraError(error) || error.code !== 'repository.damaged') throw error;
      this.#ring.drop(this.#path);
      return undefined;
    } finally {
      key.wipe();
    }
  }
}

const isFullId = (id: string): boolean => /^[0-9a-f]{64}$/.test(id);

/** restic tidies a path before it compares. */
const isPlainPath = (path: string | undefined): boolean =>
  path === undefined || (path.startsWith('/') && !path.includes('\0') && !/\/\.{1,2}(?:\/|$)/.test(path));
