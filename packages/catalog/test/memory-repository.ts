import { createHash } from 'node:crypto';
import type { Ability, Snapshot, SnapshotEntry, SnapshotFilter, TreeEntry, TreeReader } from '@umbracore/contracts';
import { jobTag, UmbraError } from '@umbracore/contracts';
import { allAbilities, FakeBackend } from '@umbracore/testkit';

/** An entry of a folder; a folder if it has children. */
export interface Node {
  readonly name: string;
  readonly facts: Omit<SnapshotEntry, 'path'>;
  readonly content: string;
  readonly children: readonly Node[];
}

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Snapshots of trees that a test builds in memory, read as a backend gives them. */
export class MemoryRepository {
  readonly #snapshots: { readonly snapshot: Snapshot; readonly root: readonly Node[] }[] = [];
  #made = 0;
  /** Folders that were read. */
  treesRead = 0;
  listed = 0;
  /** Is called before each folder that is read. */
  beforeTree: () => void = () => {};

  add(root: readonly Node[], { job = 'documents', time = this.#made, tags = [] as readonly string[] } = {}): Snapshot {
    this.#made += 1;
    const id = hash(`snapshot ${this.#made}`);
    const snapshot: Snapshot = {
      id,
      shortId: id.slice(0, 8),
      time,
      host: 'machine',
      user: 'user',
      paths: ['/source'],
      tags: [jobTag(job), ...tags],
      parent: undefined,
      tree: treeOf(root).id,
      summary: undefined,
    };
    this.#snapshots.push({ snapshot, root });
    return snapshot;
  }

  forget(id: string): void {
    const index = this.#snapshots.findIndex(({ snapshot }) => snapshot.id === id);
    if (index >= 0) this.#snapshots.splice(index, 1);
  }

  ids(): readonly string[] {
    return this.#snapshots.map(({ snapshot }) => snapshot.id);
  }

  list(id: string): readonly SnapshotEntry[] {
    return entriesIn(this.#rootOf(id), '');
  }

  rootOf(id: string): readonly Node[] {
    return this.#rootOf(id);
  }

  backend({ trees = true } = {}): FakeBackend {
    const without = (ability: Ability): boolean => trees || ability !== 'trees';
    const backend = new FakeBackend({ supports: allAbilities.filter(without) });
    return Object.assign(backend, {
      snapshots: async ({ ids }: SnapshotFilter = {}) =>
        this.#snapshots
          .map(({ snapshot }) => snapshot)
          .filter(({ id }) => ids?.includes(id) !== false)
          .toSorted((one, other) => one.time - other.time),
      snapshotIds: async () => this.ids(),
      list: (id: string) => this.#listSlowly(id),
      openTrees: async () => this.#reader(),
    });
  }

  async *#listSlowly(id: string): AsyncGenerator<SnapshotEntry> {
    this.listed += 1;
    yield* this.list(id);
  }

  #reader(): TreeReader {
    const known = new Map<string, readonly TreeEntry[]>();
    return {
      chunkHash: 'sha256',
      root: async (id) => treeOf(this.#rootOf(id), known).id,
      read: async (tree) => {
        this.beforeTree();
        this.treesRead += 1;
        const entries = known.get(tree);
        if (entries === undefined) throw new UmbraError('repository.changed', `no tree ${tree}`);
        return entries;
      },
      chunkBytes: async () => undefined,
      async [Symbol.asyncDispose]() {},
    };
  }

  #rootOf(id: string): readonly Node[] {
    const found = this.#snapshots.find(({ snapshot }) => snapshot.id === id);
    if (found === undefined) throw new UmbraError('snapshot.absent', `no snapshot ${id}`);
    return found.root;
  }
}

const byName = (one: Node, other: Node): number => Buffer.compare(Buffer.from(one.name), Buffer.from(other.name));

function entriesIn(nodes: readonly Node[], folder: string): readonly SnapshotEntry[] {
  return nodes.toSorted(byName).flatMap(({ name, facts, children }) => {
    const path = `${folder}/${name}`;
    return [{ path, ...facts }, ...entriesIn(children, path)];
  });
}

function treeOf(nodes: readonly Node[], known = new Map<string, readonly TreeEntry[]>()): { readonly id: string } {
  const entries = nodes.toSorted(byName).map(({ name, facts, content, children }): TreeEntry => ({
    name,
    ...facts,
    subtree: facts.type === 'dir' ? treeOf(children, known).id : undefined,
    content: content === '' ? [] : [hash(content)],
  }));
  const id = hash(JSON.stringify(entries));
  known.set(id, entries);
  return { id };
}

const rights = { modifiedAt: 1_700_000_000_000, mode: 0o644, uid: 1000, gid: 1000 };

export const file = (name: string, content: string, change: Partial<Node['facts']> = {}): Node => ({
  name,
  facts: { type: 'file', size: content.length, ...rights, ...change },
  content,
  children: [],
});

export const folder = (name: string, ...children: readonly Node[]): Node => ({
  name,
  facts: { type: 'dir', size: 0, ...rights, mode: 0o755 },
  content: '',
  children,
});

export const link = (name: string): Node => ({
  name,
  facts: { type: 'symlink', size: 0, ...rights, mode: 0o777 },
  content: '',
  children: [],
});
