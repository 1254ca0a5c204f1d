import { timestamp } from '@umbracore/runtime/documents';
import type { FoundPath, FoundVersion, Holder } from '../find/group.ts';

export const foundDocument = ({ path, versions }: FoundPath) => ({ path, versions: versions.map(versionDocument) });

const versionDocument = ({ type, size, modifiedAt, holders }: FoundVersion) => ({
  type,
  size,
  modifiedAt: timestamp(modifiedAt),
  snapshots: holders.map(holderDocument),
});

const holderDocument = ({ repository, snapshot, ref, time }: Holder) => ({
  repository,
  snapshot,
  ref,
  time: timestamp(time),
});
