import type { EntryType, Instant, SnapshotEntry } from '@umbracore/contracts';

/** A snapshot that holds something that was found. */
export interface Holder {
  readonly repository: string;
  readonly snapshot: string;
  /** `documents@-1`; the short id if it belongs to no job. */
  readonly ref: string;
  readonly time: Instant;
}

/** An entry, and snapshots that hold it as it is. */
export interface Hit {
  readonly holders: readonly Holder[];
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
  const byPath = groupBy(hits, ({ entry }) => entry.path);
  return [...byPath]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([path, own]) => ({ path, versions: versionsOf(own) }));
}

function versionsOf(hits: readonly Hit[]): readonly FoundVersion[] {
  const same = groupBy(hits, ({ entry }) => `${entry.type} ${entry.size} ${entry.modifiedAt}`);
  return [...same.values()].flatMap(versionOf).sort((one, other) => newestOf(other) - newestOf(one));
}

function versionOf(hits: readonly Hit[]): readonly FoundVersion[] {
  const [first] = hits;
  if (first === undefined) return [];
  const { type, size, modifiedAt } = first.entry;
  const holders = hits.flatMap((hit) => hit.holders).sort((one, other) => other.time - one.time);
  return [{ type, size, modifiedAt, holders }];
}

const newestOf = ({ holders }: FoundVersion): number => holders[0]?.time ?? 0;

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
