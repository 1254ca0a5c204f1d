import type { Instant, SnapshotEntry } from '@umbracore/contracts';
import { timestamp, timestampOrNull } from './timestamp.ts';

export interface Listed {
  readonly snapshot: string;
  readonly repository: string;
  /** The time of which it is true that the snapshot is there; undefined for now. */
  readonly asOf: Instant | undefined;
  readonly path: string;
  readonly entries: readonly SnapshotEntry[];
}

export const lsDocument = ({ snapshot, repository, asOf, path, entries }: Listed) => ({
  snapshot,
  repository,
  asOf: timestampOrNull(asOf),
  path,
  entries: entries.map(entryDocument),
});

const entryDocument = ({ path, type, size, modifiedAt, mode, uid, gid }: SnapshotEntry) => ({
  path,
  type,
  size,
  modifiedAt: timestamp(modifiedAt),
  mode,
  uid,
  gid,
});
