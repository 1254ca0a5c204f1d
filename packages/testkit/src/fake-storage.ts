import {
  type Instant,
  type KeyRecord,
  type LockRecord,
  type RepositoryFacts,
  type RepositoryStatistics,
  type Snapshot,
  type SnapshotFilter,
  UmbraError,
} from '@umbracore/contracts';
import { createHash } from 'node:crypto';
import type { FakePack } from './fake-new-check.ts';
import type { SavedEntry } from './fake-tree.ts';

export interface SavedSnapshot {
  readonly snapshot: Snapshot;
  readonly tree: ReadonlyMap<string, SavedEntry>;
}

/** What a fake repository holds. Ids are hashes of a counter: the same on every run of a test. */
export class FakeStorage {
  exists = true;
  readonly locks = new Map<string, LockRecord>();
  readonly problems: string[] = [];
  readonly #snapshots = new Map<string, SavedSnapshot>();
  #made = 0;

  facts(): RepositoryFacts {
    return { id: hash('repository'), format: 1 };
  }

  has(id: string): boolean {
    return this.#snapshots.has(id);
  }

  get(id: string): SavedSnapshot {
    const exact = this.#snapshots.get(id);
    if (exact) return exact;
    const found = [...this.#snapshots.values()].filter(({ snapshot }) => snapshot.id.startsWith(id));
    const [saved] = found;
    if (!saved) throw new UmbraError('snapshot.absent', `there is no snapshot ${id}`);
    if (found.length > 1) throw new UmbraError('snapshot.ambiguous', `${id} stands for ${found.length} snapshots`);
    return saved;
  }

  put(saved: SavedSnapshot): void {
    this.#snapshots.set(saved.snapshot.id, saved);
  }

  /** Stores under a new id that remembers the first one, and gives it. */
  again({ snapshot, tree }: SavedSnapshot): string {
    return this.keep({ snapshot: { ...snapshot, original: snapshot.original ?? snapshot.id }, tree });
  }

  /** Stores under a new id and gives it. */
  keep({ snapshot, tree }: SavedSnapshot): string {
    const id = this.#newId();
    this.put({ snapshot: { ...snapshot, id, shortId: id.slice(0, 8) }, tree });
    return id;
  }

  remove(id: string): void {
    this.#snapshots.delete(id);
  }

  /** Oldest first. */
  select(filter: SnapshotFilter): Snapshot[] {
    return [...this.#snapshots.values()]
      .map(({ snapshot }) => snapshot)
      .filter((snapshot) => isSelected(snapshot, filter))
      .sort((one, other) => one.time - other.time);
  }

  /** As in restic, a snapshot with other tags is another snapshot. */
  retag(id: string, add: readonly string[], remove: readonly string[]): string {
    const { snapshot, tree } = this.get(id);
    const tags = [...new Set([...snapshot.tags, ...add])].filter((tag) => !remove.includes(tag));
    this.remove(snapshot.id);
    return this.again({ snapshot: { ...snapshot, tags }, tree });
  }

  /** The first one opened it. */
  keys: readonly KeyRecord[] = [aKey(hash('key'), true)];
  /** The machine key, if there is one. */
  machineKey: string | undefined;

  addKey(): string {
    const id = this.#newId();
    this.keys = [...this.keys, aKey(id)];
    return id;
  }

  removeKey(id: string): void {
    this.keys = this.keys.filter((key) => key.id !== id);
  }

  /** The lock of a working backup; call the result to take it away. */
  lock(now: Instant, host: string): () => void {
    const id = this.#newId();
    this.locks.set(id, { id, createdAt: now, exclusive: false, host, user: 'tester', pid: 1 });
    return () => void this.locks.delete(id);
  }

  packs(): readonly FakePack[] {
    return [...this.#snapshots.values()].map(({ snapshot: { id }, tree }) => ({
      id,
      bytes: bytesIn([...tree.values()]),
    }));
  }

  statistics(): RepositoryStatistics {
    const trees = [...this.#snapshots.values()].flatMap(({ tree }) => [...tree.values()]);
    return {
      snapshots: this.#snapshots.size,
      storedBytes: bytesIn(trees),
      uncompressedBytes: undefined,
    };
  }

  #newId(): string {
    this.#made += 1;
    return hash(String(this.#made));
  }
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function isSelected(snapshot: Snapshot, { ids, tags, host, path }: SnapshotFilter): boolean {
  return (
    (ids === undefined || ids.some((id) => snapshot.id.startsWith(id))) &&
    (tags ?? []).every((tag) => snapshot.tags.includes(tag)) &&
    (host === undefined || snapshot.host === host) &&
    (path === undefined || snapshot.paths.includes(path))
  );
}

const aKey = (id: string, current = false): KeyRecord => ({
  id,
  current,
  user: 'tester',
  host: 'test-host',
  createdAt: 0,
});

const bytesIn = (entries: readonly SavedEntry[]): number =>
  entries.reduce((sum, { content }) => sum + content.length, 0);
