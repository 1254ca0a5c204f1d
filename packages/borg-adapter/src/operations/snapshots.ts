import type { Operation, Snapshot, SnapshotFilter } from '@umbracore/contracts';
import type { Borg } from '../borg.ts';
import { checkTags } from '../archive-identity.ts';
import { readArchives } from './archives.ts';

/** Oldest first. */
export async function snapshots(
  borg: Borg,
  filter: SnapshotFilter,
  operation: Operation,
): Promise<readonly Snapshot[]> {
  checkTags(filter.tags ?? []);
  const { archives } = await readArchives(borg, operation);
  return archives.map(({ snapshot }) => snapshot).filter((snapshot) => fits(snapshot, filter));
}

function fits(snapshot: Snapshot, { ids, tags = [], host, path }: SnapshotFilter): boolean {
  return (
    (ids === undefined || ids.some((id) => id !== '' && snapshot.id.startsWith(id))) &&
    tags.every((tag) => snapshot.tags.includes(tag)) &&
    (host === undefined || snapshot.host === host) &&
    (path === undefined || snapshot.paths.includes(path))
  );
}
