import { throwIfAborted } from '../problems.ts';
import type { ResticRepository } from '../repository.ts';
import type { BlobIndex } from './blob-index.ts';
import { inBatches } from './in-batches.ts';

/** Trees that are read at the same time: the disk has a queue, and each is small. */
const treesAtOnce = 16;

/** One byte for each blob of an index, by its number; 1 for those that some snapshot needs. Of several copies one is needed. */
export interface NeededBlobs {
  readonly marks: Uint8Array;
}

/**
 * Walks through all trees of all snapshots, each of them once, however many snapshots share it. `seen` is told how many were
 * read. Throws `repository.damaged` if one is missing: what is below it would count as needed by nobody.
 */
export async function neededBlobs(
  repository: ResticRepository,
  blobs: BlobIndex,
  seen: (trees: number) => void,
  signal?: AbortSignal,
): Promise<NeededBlobs> {
  const marks = new Uint8Array(blobs.size);
  const mark = (type: 'tree' | 'data', id: string): boolean => {
    const number = blobs.numberOf(type, id);
    if (number === undefined || marks[number] === 1) return false;
    marks[number] = 1;
    return true;
  };
  const roots = (await repository.snapshots(signal)).map(({ tree }) => tree);
  // What is in no index is read all the same, for the error that tells of it.
  const isNew = (tree: string): boolean => mark('tree', tree) || !blobs.has('tree', tree);
  let waiting = [...new Set(roots)].filter(isNew);
  let read = 0;
  while (waiting.length > 0) {
    throwIfAborted(signal);
    const batch = waiting.slice(-treesAtOnce);
    waiting = waiting.slice(0, -treesAtOnce);
    for (const nodes of await inBatches(batch, treesAtOnce, (id) => repository.tree(id, signal), signal)) {
      for (const { content, subtree } of nodes) {
        for (const id of content) mark('data', id);
        if (subtree !== undefined && isNew(subtree)) waiting.push(subtree);
      }
    }
    read += batch.length;
    seen(read);
  }
  return { marks };
}
