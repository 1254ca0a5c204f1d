import type { Backend, Operation, Snapshot, SnapshotEntry } from '@umbracore/contracts';

/** A snapshot, and what was copied from it or from what it was copied from. */
export interface CopiedPair {
  readonly original: Snapshot;
  readonly copy: Snapshot;
}

export interface ComparedCopies {
  readonly compared: number;
  /** Those that do not hold the same, in their order. */
  readonly different: readonly CopiedPair[];
}

/**
 * Compares both sides. The id of a tree is the hash of all that is in it, names, times and contents, and a copy keeps it: equal
 * ids prove equality, whatever way files were cut in either repository. Where they differ, or the backend tells none, the
 * entries themselves are compared, of `fresh` ones alone: what was compared once and tells no tree needs no second reading.
 */
export async function compareCopies(
  { source, target }: { readonly source: Backend; readonly target: Backend },
  pairs: readonly CopiedPair[],
  fresh: ReadonlySet<string>,
  operation: Operation,
): Promise<ComparedCopies> {
  const different: CopiedPair[] = [];
  let compared = 0;
  for (const pair of pairs) {
    const { original, copy } = pair;
    const isTold = original.tree !== undefined && copy.tree !== undefined;
    if (!isTold && !fresh.has(copy.id)) continue;
    compared += 1;
    if (isTold && original.tree === copy.tree) continue;
    const listed = [
      source.list(original.id, undefined, operation),
      target.list(copy.id, undefined, operation),
    ] as const;
    if (!(await listTheSame(...listed))) different.push(pair);
  }
  return { compared, different };
}

async function listTheSame(one: AsyncIterable<SnapshotEntry>, other: AsyncIterable<SnapshotEntry>): Promise<boolean> {
  const rest = other[Symbol.asyncIterator]();
  try {
    for await (const entry of one) {
      const next = await rest.next();
      if (next.done === true || !isSame(entry, next.value)) return false;
    }
    return (await rest.next()).done === true;
  } finally {
    await rest.return?.();
  }
}

const isSame = (one: SnapshotEntry, other: SnapshotEntry): boolean =>
  (['path', 'type', 'size', 'modifiedAt', 'mode', 'uid', 'gid'] as const).every((field) => one[field] === other[field]);
