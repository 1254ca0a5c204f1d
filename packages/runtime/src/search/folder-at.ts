import { posix } from 'node:path';
import type { SnapshotEntry } from '@umbracore/contracts';
import { askCatalog, lostCatalog, type KnownSnapshots, type ReachOptions } from './known-snapshots.ts';

/** What lies directly at an absolute path of a snapshot: the children of a folder, or the thing itself. */
export async function folderAt(
  known: KnownSnapshots,
  snapshot: string,
  path: string,
  { signal }: ReachOptions,
): Promise<readonly SnapshotEntry[]> {
  const answered = askCatalog(known, snapshot, (catalog) => [
    ...[catalog.entry(snapshot, path)].filter((entry) => entry !== undefined),
    ...catalog.folder(snapshot, path),
  ]);
  if (answered !== undefined) return directlyIn(answered, path);
  if (known.backend === undefined) throw lostCatalog(known);
  const entries: SnapshotEntry[] = [];
  for await (const entry of known.backend.list(snapshot, path, { signal })) entries.push(entry);
  return directlyIn(entries, path);
}

/** The children of a folder; the thing itself if it is none. */
export function directlyIn(entries: readonly SnapshotEntry[], folder: string): readonly SnapshotEntry[] {
  const children = entries.filter(({ path }) => path !== folder && posix.dirname(path) === folder);
  return children.length > 0 ? children : entries.filter(({ path, type }) => path === folder && type !== 'dir');
}
