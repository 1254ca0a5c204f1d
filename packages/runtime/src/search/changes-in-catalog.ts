import type { PathChange, SnapshotEntry } from '@umbracore/contracts';
import type { CatalogDifference } from '@umbracore/catalog';
import { askCatalog, type KnownSnapshots } from './known-snapshots.ts';

export interface CatalogChanges {
  readonly changes: readonly PathChange[];
  /** Whether the content of all is known. */
  readonly isComplete: boolean;
  /** Whether restic would say the same, when it is not asked for what differs in times and rights alone. */
  readonly isExact: boolean;
}

/** What differs between two snapshots by the catalog. Undefined if it has not both, or cannot compare them. */
export function changesInCatalog(known: KnownSnapshots, from: string, to: string): CatalogChanges | undefined {
  const found = askCatalog(known, from, (catalog) => (catalog.holds(to) ? catalog.differences(from, to) : undefined));
  return (
    found && {
      changes: found.flatMap((one) => changeOf(one) ?? []),
      isComplete: found.every(({ contentDiffers }) => contentDiffers !== undefined),
      isExact: found.every(isCertain),
    }
  );
}

/**
 * It takes fields that a catalog does not keep to tell that nothing but the content of a file differs; what lies below a folder that
 * became something else some versions of restic tell and some do not; and names that are no UTF-8 may read alike.
 */
function isCertain(difference: CatalogDifference): boolean {
  const { before, after, contentDiffers } = difference;
  const change = changeOf(difference);
  const isOfFolder = before?.type === 'dir' || after?.type === 'dir';
  return (
    contentDiffers !== undefined &&
    change?.change !== 'suspicious' &&
    !(change?.change === 'type-changed' && isOfFolder) &&
    change?.path.includes('\ufffd') === false
  );
}

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
