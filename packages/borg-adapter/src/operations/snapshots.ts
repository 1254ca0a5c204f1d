import { chosenSnapshots, type Operation, type Snapshot, type SnapshotFilter } from '@umbracore/contracts';
import { checkTags } from '../archive-identity.ts';
import type { Borg } from '../borg.ts';
import { readArchives } from './archives.ts';

/** Oldest first. borg lists them by times that are finer than those it prints, and those of one second stay in its order. */
export async function snapshots(
  borg: Borg,
  filter: SnapshotFilter,
  operation: Operation,
): Promise<readonly Snapshot[]> {
  checkTags(filter.tags ?? []);
  const { archives } = await readArchives(borg, operation);
  return chosenSnapshots(
    archives.map(({ snapshot }) => snapshot),
    filter,
  );
}
