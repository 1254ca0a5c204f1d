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
    for await (const entry of entriesBelow(backend, snapshot.id, root, operation)) entries.push(entry);
    if (entries.length > 0) return { root, entries };
  }
  return { root: undefined, entries: [] };
}

/**
 * What is at a path of a snapshot, and below. A name that is no UTF-8 is known by what is legible of it, by which no engine finds
 * it: there the folder above is listed.
 */
export async function* entriesBelow(
  backend: Backend,
  snapshot: string,
  root: string | undefined,
  operation: Operation,
): AsyncIterable<SnapshotEntry> {
  for await (const entry of backend.list(snapshot, root === undefined ? root : legibleAbove(root), operation)) {
    if (root === undefined || isAtOrBelow(entry.path, root)) yield entry;
  }
}

/** True for a path of which an engine cannot be told which one is meant. */
export const isIllegible = (path: string): boolean => path.includes('\uFFFD');

function legibleAbove(path: string): string | undefined {
  if (path === '/') return undefined;
  const parts = path.split('/');
  const illegible = parts.findIndex(isIllegible);
  return illegible === -1 ? path : parts.slice(0, illegible).join('/') || undefined;
}

/** True for the path itself and for everything below. */
export const isAtOrBelow = (path: string, root: string): boolean =>
  root === '/' || path === root || path.startsWith(`${root}/`);
