import type { EntryType, Snapshot, SnapshotEntry, TreeEntry } from '@umbracore/contracts';
import type { StoredSnapshot } from '../documents/snapshot.ts';
import type { TreeNode } from '../documents/tree.ts';
import { unsupported } from '../problems.ts';
import type { ListedNode } from '../reading/listing.ts';

/** What is stored, as every backend tells it. */
export function asSnapshot(stored: StoredSnapshot): Snapshot {
  const { id, host, user, paths, tags, parent, original, tree, summary } = stored;
  return {
    id,
    shortId: id.slice(0, 8),
    time: instantOf(stored.time),
    host,
    user,
    paths,
    tags,
    parent,
    original,
    tree,
    summary: summary && {
      startedAt: instantOf(summary.backupStart),
      finishedAt: instantOf(summary.backupEnd),
      filesNew: summary.filesNew,
      filesChanged: summary.filesChanged,
      filesUnmodified: summary.filesUnmodified,
      filesProcessed: summary.filesProcessed,
      bytesProcessed: summary.bytesProcessed,
      bytesAdded: summary.bytesAdded,
    },
  };
}

const types: ReadonlySet<string> = new Set<EntryType>([
  'file',
  'dir',
  'symlink',
  'dev',
  'chardev',
  'fifo',
  'socket',
  'irregular',
]);

export const isEntryType = (type: string): type is EntryType => types.has(type);

export const asEntry = ({ text, node }: ListedNode): SnapshotEntry => ({ path: text, ...attributesOf(node) });

export const asTreeEntry = (node: TreeNode): TreeEntry => ({
  name: node.name.text,
  ...attributesOf(node),
  subtree: node.subtree,
  content: node.content,
});

function attributesOf({ type, size, mtime, mode, uid, gid }: TreeNode): Omit<SnapshotEntry, 'path'> {
  const known = isEntryType(type) ? type : 'irregular';
  return { type: known, size, modifiedAt: instantOf(mtime), mode, uid, gid };
}

export function instantOf(time: string): number {
  const instant = Date.parse(time);
  if (Number.isNaN(instant)) throw unsupported(`The time ${time} is read by restic`);
  return instant;
}
