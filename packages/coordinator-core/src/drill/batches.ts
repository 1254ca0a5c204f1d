import type { SnapshotEntry } from '@umbracore/contracts';

/** Far below what a command line has room for, also if every character of a path has to be escaped. */
const pathLengthPerEngine = 100_000;

/** Files whose paths one engine can be told. */
export function inBatches(files: readonly SnapshotEntry[]): readonly (readonly SnapshotEntry[])[] {
  const batches: SnapshotEntry[][] = [];
  let length = Infinity;
  for (const file of files) {
    if (length + file.path.length > pathLengthPerEngine) {
      batches.push([]);
      length = 0;
    }
    batches.at(-1)?.push(file);
    length += file.path.length;
  }
  return batches;
}
