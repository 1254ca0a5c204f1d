import { UmbraError, type Instant, type SnapshotEntry } from '@umbracore/contracts';
import type { ReadableSnapshot } from '../refs/find-readable.ts';
import type { ReachOptions } from './known-snapshots.ts';
import { listingAt } from './listing-at.ts';

/** What lies at a place of a snapshot. */
export interface ListedFiles {
  readonly snapshot: string;
  readonly repository: string;
  /** The time of which it is true that the snapshot is there; undefined for now. */
  readonly asOf: Instant | undefined;
  readonly path: string;
  readonly entries: readonly SnapshotEntry[];
}

/** What a ref with its path stands for: a folder with what is in it, or with everything below it, or a file alone. Throws `snapshot.absent`. */
export async function listFiles(
  known: ReadableSnapshot,
  { recursive, signal }: ReachOptions & { readonly recursive: boolean },
): Promise<ListedFiles> {
  const { ref, snapshot, repository, asOf } = known;
  const listing = await listingAt({ known, snapshot, path: ref.path }, recursive, { signal });
  if (listing !== undefined) {
    return { snapshot: snapshot.id, repository: repository.name, asOf, path: listing.top, entries: listing.entries };
  }
  throw new UmbraError('snapshot.absent', `the snapshot ${snapshot.shortId} has no ${ref.path}`, {
    hint: `See what it has: umbra ls ${snapshot.shortId}`,
  });
}
