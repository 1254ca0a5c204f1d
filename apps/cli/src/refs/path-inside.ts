import type { Operation, Snapshot } from '@umbracore/contracts';
import { askCatalog, lostCatalog, type KnownSnapshots } from '@umbracore/runtime/history';
import { candidatePaths } from '../doors/restore.ts';

export { candidatePaths, entriesAt } from '../doors/restore.ts';

/** The first place that a path may mean at which one of the snapshots has something. */
export async function placeOf(
  known: KnownSnapshots,
  snapshots: readonly Snapshot[],
  path: string,
  operation: Operation,
): Promise<string | undefined> {
  const sources = snapshots.flatMap(({ paths }) => paths);
  for (const root of candidatePaths(path, sources)) {
    for (const { id } of snapshots) if (await isThere(known, id, root, operation)) return root;
  }
  return undefined;
}

async function isThere(known: KnownSnapshots, id: string, path: string, operation: Operation): Promise<boolean> {
  const answered = askCatalog(known, id, (catalog) => path === '/' || catalog.entry(id, path) !== undefined);
  if (answered !== undefined) return answered;
  if (known.backend === undefined) throw lostCatalog(known);
  for await (const entry of known.backend.list(id, path, operation)) if (isAtOrBelow(entry.path, path)) return true;
  return false;
}

export const isAtOrBelow = (path: string, root: string | undefined): boolean =>
  root === undefined || root === '/' || path === root || path.startsWith(`${root}/`);
