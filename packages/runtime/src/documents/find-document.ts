import type { FoundPath, FoundVersion, Holder } from '../search/group.ts';
import type { SearchAnswer, SearchedRepository } from '../search/search.ts';
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

/** Repositories whose catalogs answered for them, and the time of which that is true. */
export const outOfReachDocument = (searched: readonly SearchedRepository[]) =>
  searched.flatMap(({ repository, asOf }) => (asOf === undefined ? [] : [{ repository, asOf: timestamp(asOf) }]));

/** What was found, and how far that can be relied on. */
export const searchDocument = (pattern: string, { paths, isLimited, searched, failures }: SearchAnswer) => ({
  pattern,
  repositories: searched.map(({ repository }) => repository),
  outOfReach: outOfReachDocument(searched),
  failures: failures.map(failureDocument),
  limited: isLimited,
  paths: paths.map(foundDocument),
});

export type FindDocument = ReturnType<typeof searchDocument>;
