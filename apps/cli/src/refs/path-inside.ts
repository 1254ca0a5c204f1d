import type { Backend, Operation, Snapshot } from '@umbracore/contracts';
import { candidatePaths } from '../doors/restore.ts';

export { candidatePaths, entriesAt } from '../doors/restore.ts';

/** The first place that a path may mean at which one of the snapshots has something. */
export async function placeOf(
  backend: Backend,
  snapshots: readonly Snapshot[],
  path: string,
  operation: Operation,
): Promise<string | undefined> {
  const sources = snapshots.flatMap(({ paths }) => paths);
  for (const root of candidatePaths(path, sources)) {
    for (const { id } of snapshots) {
      for await (const entry of backend.list(id, root, operation)) if (isAtOrBelow(entry.path, root)) return root;
    }
  }
  return undefined;
}

export const isAtOrBelow = (path: string, root: string | undefined): boolean =>
  root === undefined || root === '/' || path === root || path.startsWith(`${root}/`);
