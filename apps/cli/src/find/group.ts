import type { EntryType, Instant, SnapshotEntry } from '@umbracore/contracts';

/** A snapshot that holds something that was found. */
export interface Holder {
  readonly repository: string;
  readonly snapshot: string;
  /** `documents@-1`; the short id if it belongs to no job. */
  readonly ref: string;
  readonly time: Instant;
}

export interface Hit {
  readonly holder: Holder;
  readonly entry: SnapshotEntry;
}

/** One state of a path; the same type, size and time count as the same. */
export interface FoundVersion {
  readonly type: EntryType;
  readonly size: number;
  readonly modifiedAt: Instant;
  /** Newest first. */
  readonly holders: readonly Holder[];
}

export interface FoundPath {
  readonly path: string;
  /** The one that was saved last comes first. */
  readonly versions: readonly FoundVersion[];
}

/** Hits by path, in the order of their names, and by version. */
export function groupHits(hits: readonly Hit[]): readonly FoundPath[] {
  const newestFirst = hits.toSorted((one, other) => other.holder.time - one.holder.time);
  const byPath = groupBy(newestFirst, ({ entry }) => entry.path);
  return [...byPath]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([path, own]) => ({ path, versions: versionsOf(own) }));
}

const versionsOf = (hits: readonly Hit[]): readonly FoundVersion[] =>
  [...groupBy(hits, ({ entry }) => `${entry.type} ${entry.size} ${entry.modifiedAt}`).values()].flatMap((same) => {
    const entry = same[0]?.entry;
    if (entry === undefined) return [];
    const { type, size, modifiedAt } = entry;
    return [{ type, size, modifiedAt, holders: same.map(({ holder }) => holder) }];
  });

function groupBy<T>(all: readonly T[], keyOf: (one: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const key = keyOf(one);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return groups;
}

/** Only the version of each path that was saved last. */
export const lastVersions = (paths: readonly FoundPath[]): readonly FoundPath[] =>
  paths.map(({ path, versions }) => ({ path, versions: versions.slice(0, 1) }));
