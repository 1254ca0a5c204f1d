import type { Snapshot, SnapshotFilter } from '@umbracore/contracts';

/** Whether restic means by it what it says: it tidies paths, splits tags at commas, and knows `latest` and short ids. */
export function isPlainFilter({ ids, tags, host, path }: SnapshotFilter): boolean {
  const others = (tags !== undefined && tags.length > 0) || host !== undefined || path !== undefined;
  if (ids !== undefined) return !others && ids.every((id) => /^[0-9a-f]{64}$/.test(id));
  return (
    (tags ?? []).every((tag) => tag !== '' && tag.trim() === tag && !tag.includes(',')) &&
    host !== '' &&
    (path === undefined || (path.startsWith('/') && !/\/(?:\.{0,2}\/|\.{0,2}$)/.test(path)))
  );
}

/** Those that a plain filter means, in the same order. An id that is not there is no error. */
export const chooseSnapshots = (all: readonly Snapshot[], filter: SnapshotFilter): readonly Snapshot[] =>
  all.filter((snapshot) => isChosen(snapshot, filter));

function isChosen(snapshot: Snapshot, { ids, tags, host, path }: SnapshotFilter): boolean {
  return (
    (ids === undefined || ids.includes(snapshot.id)) &&
    (tags ?? []).every((tag) => snapshot.tags.includes(tag)) &&
    (host === undefined || snapshot.host === host) &&
    (path === undefined || snapshot.paths.includes(path))
  );
}
