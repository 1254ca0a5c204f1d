import { UmbraError, type Backend, type Operation, type Snapshot, type SnapshotEntry } from '@umbracore/contracts';
import { selection } from './pattern.ts';
import { entriesAt } from './places.ts';

/** What of a snapshot is wanted. */
export interface Wanted {
  /** As in refs: absolute, or as seen from the sources. Empty for everything. */
  readonly paths: readonly string[];
  /** Patterns, of which a file must fit one if there are any. */
  readonly include: readonly string[];
  /** Patterns, of which a file must fit none. */
  readonly exclude: readonly string[];
}

export interface Chosen {
  /** Absolute paths inside the snapshot; empty for everything. */
  readonly roots: readonly string[];
  /** Everything at and below the roots. */
  readonly listed: readonly SnapshotEntry[];
  /** What of it is wanted. With patterns, folders are not. */
  readonly entries: readonly SnapshotEntry[];
}

/** Throws `snapshot.absent` for a path that the snapshot does not have, `usage.invalid` if the patterns leave nothing. */
export async function choose(
  backend: Backend,
  snapshot: Snapshot,
  { paths, include, exclude }: Wanted,
  operation: Operation,
): Promise<Chosen> {
  const roots: string[] = [];
  const all = new Map<string, SnapshotEntry>();
  for (const path of paths.length === 0 ? [undefined] : paths) {
    const { root, entries } = await entriesAt(backend, snapshot, path, operation);
    if (entries.length === 0) throw nothingAt(snapshot.shortId, path);
    if (root !== undefined) roots.push(root);
    for (const entry of entries) all.set(entry.path, entry);
  }
  const listed = [...all.values()];
  const whole = roots.includes('/') ? [] : roots;
  if (include.length === 0 && exclude.length === 0) return { roots: whole, listed, entries: listed };
  const fits = selection(include, exclude);
  const entries = listed.filter(({ path, type }) => type !== 'dir' && fits(path));
  if (entries.length > 0) return { roots: whole, listed, entries };
  throw new UmbraError('usage.invalid', 'no file fits what --include and --exclude leave', {
    hint: 'See `umbra help patterns`.',
  });
}

function nothingAt(shortId: string, path: string | undefined): UmbraError {
  if (path === undefined) return new UmbraError('snapshot.absent', `the snapshot ${shortId} is empty`);
  return new UmbraError('snapshot.absent', `the snapshot ${shortId} has no ${path}`, {
    hint: `See what it has: umbra ls ${shortId}`,
  });
}
