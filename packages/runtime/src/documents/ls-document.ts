import type { SnapshotEntry } from '@umbracore/contracts';
import type { ListedFiles } from '../search/list-files.ts';
import { timestamp, timestampOrNull } from './timestamp.ts';

export const lsDocument = ({ snapshot, repository, asOf, path, entries }: ListedFiles) => ({
  snapshot,
  repository,
  asOf: timestampOrNull(asOf),
  path,
  entries: entries.map(entryDocument),
});

export type LsDocument = ReturnType<typeof lsDocument>;

const entryDocument = ({ path, type, size, modifiedAt, mode, uid, gid }: SnapshotEntry) => ({
  path,
  type,
  size,
  modifiedAt: timestamp(modifiedAt),
  mode,
  uid,
  gid,
});
