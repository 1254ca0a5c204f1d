import { createHash } from 'node:crypto';
import { numbersFrom } from '../files.mjs';

const hourMs = 3_600_000;

const idOf = (text) => createHash('sha256').update(text).digest('hex');

/**
 * A backend that has `count` snapshots more than there are: each rewrites the files of one folder in a hundred, on the folders of the
 * newest snapshot that is there. To make so many of a million files by restic would take a night.
 */
export async function withSyntheticHistory(inner, count) {
  const newest = (await inner.snapshots({})).at(-1);
  const invented = Array.from({ length: count }, (_, at) => inventedAfter(newest, at + 1));
  const known = new Map(invented.map((snapshot, at) => [snapshot.id, at + 1]));
  return {
    ...inner,
    // The catalog asks for ids, and then for what it does not know.
    snapshotIds: async () => [...(await inner.snapshotIds()), ...known.keys()],
    snapshots: async ({ ids }) => [
      ...(await inner.snapshots({ ids: ids?.filter((id) => !known.has(id)) })),
      ...invented.filter(({ id }) => ids?.includes(id) !== false),
    ],
    async openTrees(operation) {
      const trees = await inner.openTrees(operation);
      const history = new Folders(trees, await trees.root(newest.id));
      return {
        chunkHash: 'sha256',
        chunkBytes: async () => undefined,
        root: async (id) => (known.has(id) ? history.rootOf(known.get(id)) : trees.root(id)),
        read: (tree, signal) => history.read(tree, signal),
        [Symbol.asyncDispose]: () => trees[Symbol.asyncDispose](),
      };
    },
  };
}

function inventedAfter(newest, number) {
  const id = idOf(`${newest.id} ${number}`);
  const time = newest.time + number * hourMs;
  return { ...newest, id, shortId: id.slice(0, 8), time, parent: undefined, tree: undefined, original: undefined };
}

/** The folders of the newest snapshot, and what was written into some of them since. */
class Folders {
  #trees;
  #base;
  #next = numbersFrom(17);
  /** The number of the snapshot that rewrote a folder last, by the tree that it had at first. */
  #rewritten = new Map();
  #leaves;
  #leafSet;
  #at = 0;

  constructor(trees, base) {
    this.#trees = trees;
    this.#base = base;
  }

  /** Snapshots are asked for one after the other. */
  async rootOf(number) {
    this.#leaves ??= await this.#leavesBelow(this.#base);
    for (; this.#at < number; this.#at += 1) {
      for (let count = Math.ceil(this.#leaves.length / 100); count > 0; count -= 1)
        this.#rewritten.set(this.#leaves[this.#next() % this.#leaves.length], this.#at + 1);
    }
    return `${this.#base}@${number}`;
  }

  async #leavesBelow(tree) {
    const inner = (await this.#trees.read(tree)).filter(({ subtree }) => subtree !== undefined);
    if (inner.length === 0) return [tree];
    const leaves = [];
    for (const { subtree } of inner) leaves.push(...(await this.#leavesBelow(subtree)));
    return leaves;
  }

  async read(tree, signal) {
    const [first, number] = tree.split('@');
    const entries = await this.#trees.read(first, signal);
    if (number === undefined) return entries;
    return entries.map((entry) =>
      entry.subtree === undefined ? this.#written(entry, Number(number)) : this.#below(entry, number),
    );
  }

  /** A folder with folders in it is always another one; the others only if they were rewritten. */
  #below(entry, number) {
    const written = this.#rewritten.get(entry.subtree);
    const version = this.#isLeaf(entry.subtree) ? written : number;
    return { ...entry, subtree: version === undefined ? entry.subtree : `${entry.subtree}@${version}` };
  }

  #isLeaf(tree) {
    this.#leafSet ??= new Set(this.#leaves);
    return this.#leafSet.has(tree);
  }

  #written(entry, number) {
    const modifiedAt = entry.modifiedAt + number * hourMs;
    return { ...entry, size: 100 + (number % 50), modifiedAt, content: [idOf(`${entry.name} ${number}`)] };
  }
}
