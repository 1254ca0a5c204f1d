import type { PathChange, SnapshotEntry } from '@umbracore/contracts';
import type { CatalogDifference } from '@umbracore/runtime';

/** What a difference is by the rules of restic, as far as a listing tells. */
export function changeOf({ before, after, contentDiffers }: CatalogDifference): PathChange | undefined {
  const there = after ?? before;
  if (there === undefined) return undefined;
  const { path, type } = there;
  return { path, folder: type === 'dir', change: kindOf(before, after, contentDiffers) };
}

function kindOf(
  before: SnapshotEntry | undefined,
  after: SnapshotEntry | undefined,
  contentDiffers: boolean | undefined,
): PathChange['change'] {
  if (before === undefined) return 'added';
  if (after === undefined) return 'removed';
  if (before.type !== after.type) return 'type-changed';
  const touched = before.size !== after.size || before.modifiedAt !== after.modifiedAt;
  // Where the content is not known, size and time are what there is to judge by.
  if (after.type !== 'file' || !(contentDiffers ?? touched)) return 'metadata';
  const same = before.mode === after.mode && before.uid === after.uid && before.gid === after.gid;
  return touched || !same ? 'modified' : 'suspicious';
}
