import type { Snapshot, SnapshotFilter } from './snapshot.ts';

/** The snapshots that a filter means, oldest first. */
export function chosenSnapshots(
  all: readonly Snapshot[],
  { ids, tags = [], host, path }: SnapshotFilter = {},
): readonly Snapshot[] {
  return all
    .filter(
      (snapshot) =>
        (ids === undefined || ids.some((id) => snapshot.id.startsWith(id))) &&
        tags.every((tag) => snapshot.tags.includes(tag)) &&
        (host === undefined || snapshot.host === host) &&
        (path === undefined || snapshot.paths.includes(path)),
    )
    .toSorted((one, other) => one.time - other.time);
}
