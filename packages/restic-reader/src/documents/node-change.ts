import type { PathChange } from '@umbracore/contracts';
import type { TreeNode } from './tree.ts';

const times = ['mtime', 'atime', 'ctime'] as const;

/** How an entry differs from what was there before, by restic's rules; undefined if it does not. */
export function changeBetween(
  before: TreeNode | undefined,
  after: TreeNode | undefined,
): PathChange['change'] | undefined {
  if (before === undefined) return after && 'added';
  if (after === undefined) return 'removed';
  if (before.type !== after.type) return 'type-changed';
  const differing = fieldsThatDiffer(before, after);
  if (differing.length === 0) return undefined;
  if (before.type !== 'file' || !differing.includes('content')) return 'metadata';
  return differing.length === 1 ? 'suspicious' : 'modified';
}

function fieldsThatDiffer(before: TreeNode, after: TreeNode): readonly string[] {
  const fields = new Set([...Object.keys(before.stored), ...Object.keys(after.stored)]);
  return [...fields].filter((field) => {
    const [one, other] = [JSON.stringify(before.stored[field]), JSON.stringify(after.stored[field])];
    return one !== other && !isSameInstant(field, before, after);
  });
}

/** The same instant may be written in another zone. */
function isSameInstant(field: string, before: TreeNode, after: TreeNode): boolean {
  const time = times.find((name) => name === field);
  return time !== undefined && instantOf(before[time]) === instantOf(after[time]);
}

/** Milliseconds hold no nanoseconds, so the fraction stays a text. */
function instantOf(time: string): string {
  const fraction = /\.(\d+)/.exec(time)?.[1]?.replace(/0+$/, '') ?? '';
  return `${Date.parse(time.replace(/\.\d+/, ''))}.${fraction}`;
}
