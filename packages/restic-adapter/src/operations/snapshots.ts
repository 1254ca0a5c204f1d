import type { Operation, Snapshot, SnapshotFilter } from '@umbracore/contracts';
import { readDocument } from '../decode/document.ts';
import { snapshotList, toSnapshot, type SnapshotDocument } from '../decode/snapshot.ts';
import type { Restic } from '../restic.ts';
import { checkTags } from '../tags.ts';

/** Oldest first. */
export async function snapshots(
  restic: Restic,
  filter: SnapshotFilter,
  operation: Operation,
): Promise<readonly Snapshot[]> {
  const documents = await readSnapshots(restic, filter, operation);
  return documents.map(toSnapshot).sort((a, b) => a.time - b.time || (a.id < b.id ? -1 : 1));
}

export function readSnapshots(
  restic: Restic,
  filter: SnapshotFilter,
  operation: Operation,
): Promise<readonly SnapshotDocument[]> {
  // restic takes no ids for "all", and an unknown id is not an error to it: the list is just shorter.
  if (filter.ids?.length === 0) return Promise.resolve([]);
  const call = { name: 'snapshots', flags: filterFlags(filter), operands: filter.ids };
  return readDocument(restic, snapshotList, call, operation);
}

/** Flags that `snapshots` and `find` share. Tags joined by commas must all be there. */
export function filterFlags({ tags, host, path }: SnapshotFilter): readonly string[] {
  checkTags(tags ?? []);
  return [
    ...(tags === undefined || tags.length === 0 ? [] : [`--tag=${tags.join(',')}`]),
    ...(host === undefined ? [] : [`--host=${host}`]),
    ...(path === undefined ? [] : [`--path=${path}`]),
  ];
}
