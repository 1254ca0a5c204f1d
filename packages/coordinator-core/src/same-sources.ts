import type { Backend, Operation, Snapshot, TreeEntry, TreeReader } from '@umbracore/contracts';

/**
 * Whether two snapshots hold the same of their sources, whatever became of the folders above them: an engine that saves those too
 * takes a new file beside a source for a change. The id of a tree is the hash of all that is in it. False where nobody can tell.
 */
export async function holdTheSame(
  backend: Backend,
  { one, other }: { readonly one: string; readonly other: string },
  operation: Operation,
): Promise<boolean> {
  if (!backend.supports.has('trees')) return false;
  const listed = await backend.snapshots({ ids: [one, other] }, { signal: operation.signal });
  const [first, second] = [one, other].map((id) => listed.find((snapshot) => snapshot.id === id));
  if (first === undefined || second === undefined || !isSameList(first.paths, second.paths)) return false;
  await using trees = await backend.openTrees({ signal: operation.signal });
  for (const path of first.paths) {
    const [before, after] = [
      await entryAt(trees, first, path, operation),
      await entryAt(trees, second, path, operation),
    ];
    if (before === undefined || after === undefined || !isSameEntry(before, after)) return false;
  }
  return true;
}

const isSameList = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.toSorted().join('\0') === other.toSorted().join('\0');

async function entryAt(
  trees: TreeReader,
  { id }: Snapshot,
  path: string,
  { signal }: Operation,
): Promise<TreeEntry | undefined> {
  let tree: string | undefined = await trees.root(id, signal);
  let found: TreeEntry | undefined;
  for (const step of path.split('/').filter((each) => each !== '')) {
    if (tree === undefined) return undefined;
    found = (await trees.read(tree, signal)).find(({ name }) => name === step);
    tree = found?.subtree;
  }
  return found;
}

const isSameEntry = (one: TreeEntry, other: TreeEntry): boolean =>
  (['type', 'size', 'modifiedAt', 'mode', 'uid', 'gid', 'subtree'] as const).every(
    (field) => one[field] === other[field],
  ) && one.content.join() === other.content.join();
