import {
  jobTag,
  UmbraError,
  type EntryType,
  type Instant,
  type RepositoryDefinition,
  type Snapshot,
  type SnapshotEntry,
} from '@umbracore/contracts';
import { findReadable, type RefReach } from '../refs/find-readable.ts';
import { repositoriesFor } from '../status/names.ts';
import type { ReachOptions } from './known-snapshots.ts';

/** Where is searched, and for what beside a name. */
export interface SearchRange {
  readonly repositories: readonly RepositoryDefinition[];
  readonly within: (snapshot: Snapshot) => boolean;
  readonly fits: (entry: SnapshotEntry) => boolean;
  /** Snapshots that would be searched if they were not dated in the future. */
  readonly ahead: readonly Snapshot[];
}

/** What is left out does not matter. */
export interface WantedRange {
  /** A ref without a path. */
  readonly snapshot?: string | undefined;
  readonly job?: string | undefined;
  readonly repository?: string | undefined;
  readonly type?: EntryType | undefined;
  /** Of a file, in bytes, both included. */
  readonly size?: { readonly least: number; readonly most: number } | undefined;
  /** Modified then or later. */
  readonly since?: Instant | undefined;
  readonly until?: Instant | undefined;
}

/** The one snapshot that is asked for, else those of the job, else all. Throws `usage.*`, `snapshot.*`. */
export async function rangeOf(reach: RefReach, wanted: WantedRange, options: ReachOptions): Promise<SearchRange> {
  const { snapshot, job, repository } = wanted;
  const fits = entryTest(wanted);
  if (snapshot === undefined) {
    const tag = job === undefined ? undefined : jobTag(job);
    const within = ({ tags }: Snapshot): boolean => tag === undefined || tags.includes(tag);
    return { repositories: repositoriesFor(reach.configuration, job, repository), within, fits, ahead: [] };
  }
  const text = job === undefined || snapshot.includes('@') ? snapshot : `${job}@${snapshot}`;
  const found = await findReadable(reach, text, { ...options, repository });
  if (found.ref.path !== undefined) {
    throw new UmbraError('usage.invalid', 'a search goes through whole snapshots', {
      hint: 'Give a pattern with a slash for what is in one folder: umbra help patterns',
    });
  }
  return { repositories: [found.repository], within: ({ id }) => id === found.snapshot.id, fits, ahead: found.ahead };
}

const entryTest =
  ({ type, size, since, until }: WantedRange) =>
  (entry: SnapshotEntry): boolean =>
    (type === undefined || entry.type === type) &&
    (size === undefined || (entry.type === 'file' && entry.size >= size.least && entry.size <= size.most)) &&
    (since === undefined || entry.modifiedAt >= since) &&
    (until === undefined || entry.modifiedAt < until);
