import { posix } from 'node:path';
import type { Backend, Operation, Snapshot, SnapshotEntry } from '@umbracore/contracts';

/**
 * Absolute places that a path of a ref may mean, most likely first: itself if absolute, else below a source, or with the
 * source's own name as its first part, or below one of the folders above.
 */
export function candidatePaths(path: string, sources: readonly string[]): readonly string[] {
  const bare = path.replace(/\/+$/, '');
  if (path.startsWith('/')) return [bare === '' ? '/' : posix.normalize(bare)];
  const places = sources.flatMap((source) => [posix.join(posix.dirname(source), bare), posix.join(source, bare)]);
  return [...new Set([...places, posix.join('/', bare)])];
}

/** What a path of a ref stands for, with everything below; the whole snapshot without one. Empty if there is nothing. */
export async function entriesAt(
  backend: Backend,
  snapshot: Snapshot,
  path: string | undefined,
  operation: Operation,
): Promise<{ readonly root: string | undefined; readonly entries: readonly SnapshotEntry[] }> {
  const candidates = path === undefined ? [undefined] : candidatePaths(path, snapshot.paths);
  for (const root of candidates) {
    const entries: SnapshotEntry[] = [];
    for await (const entry of backend.list(snapshot.id, root, operation)) {
      if (root === undefined || isAtOrBelow(entry.path, root)) entries.push(entry);
    }
    if (entries.length > 0) return { root, entries };
  }
  return { root: undefined, entries: [] };
}

/** True for the path itself and for everything below. */
export const isAtOrBelow = (path: string, root: string): boolean =>
  root === '/' || path === root || path.startsWith(`${root}/`);
