import type { PathChange, SnapshotDiff } from '@umbracore/contracts';
import { basename } from 'node:path';
import type { SavedEntry } from './fake-tree.ts';

type Tree = ReadonlyMap<string, SavedEntry>;

/** True for the folder itself and all below it. */
export function isBelow(path: string, folder: string): boolean {
  return path === folder || folder === '/' || path.startsWith(`${folder}/`);
}

/** `*` and `?` as in a shell; a pattern with a slash is held against the whole path, any other against the name. */
export function matchesPattern(path: string, pattern: string, ignoreCase: boolean): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const text = pattern.includes('/') ? path : basename(path);
  return new RegExp(`^${source}$`, ignoreCase ? 'is' : 's').test(text);
}

export function compareTrees(from: Tree, to: Tree): SnapshotDiff {
  const changes: PathChange[] = [];
  let addedBytes = 0;
  let removedBytes = 0;
  for (const path of new Set([...from.keys(), ...to.keys()])) {
    const before = from.get(path);
    const after = to.get(path);
    const change = changeOf(before, after);
    if (!change) continue;
    changes.push({ path, change, folder: (after ?? before)?.entry.type === 'dir' });
    if (change !== 'metadata') {
      addedBytes += after?.entry.size ?? 0;
      removedBytes += before?.entry.size ?? 0;
    }
  }
  return { changes, addedBytes, removedBytes };
}

function changeOf(before: SavedEntry | undefined, after: SavedEntry | undefined): PathChange['change'] | undefined {
  if (!before) return 'added';
  if (!after) return 'removed';
  if (before.entry.type !== after.entry.type) return 'type-changed';
  if (Buffer.compare(before.content, after.content) !== 0) return 'modified';
  return before.entry.mode === after.entry.mode ? undefined : 'metadata';
}
