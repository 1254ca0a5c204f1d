import type { FoundPath, FoundVersion, Holder } from '../search/group.ts';
import type { SearchAnswer } from '../search/search.ts';
import { failureDocument } from './failure-document.ts';
import { timestamp } from './timestamp.ts';

const foundDocument = ({ path, versions }: FoundPath) => ({ path, versions: versions.map(versionDocument) });

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

/** What was found, and how far that can be relied on. */
export const searchDocument = (pattern: string, { paths, searched, failures }: SearchAnswer) => ({
  pattern,
  repositories: searched.map(({ repository }) => repository),
  outOfReach: searched.flatMap(({ repository, asOf }) =>
    asOf === undefined ? [] : [{ repository, asOf: timestamp(asOf) }],
  ),
  failures: failures.map(failureDocument),
  paths: paths.map(foundDocument),
});
