import { jobTag, UmbraError, type RepositoryDefinition, type Snapshot, type SnapshotEntry } from '@umbracore/contracts';
import type { FindFlags } from '../commands/find.ts';
import { findReadable } from '../refs/find-readable.ts';
import { repositoriesFor } from '@umbracore/runtime/history';
import type { Session } from '../session.ts';

/** Where is searched, and for what beside a name. */
export interface Range {
  readonly repositories: readonly RepositoryDefinition[];
  readonly within: (snapshot: Snapshot) => boolean;
  readonly fits: (entry: SnapshotEntry) => boolean;
}

/** The one snapshot that is asked for, else those of the job, else all. Throws `usage.*`, `snapshot.*`. */
export async function rangeOf(session: Session, flags: FindFlags): Promise<Range> {
  const { snapshot, job, repository } = flags;
  const fits = entryTest(flags);
  if (snapshot === undefined) {
    const { configuration } = await session.runtime();
    const tag = job === undefined ? undefined : jobTag(job);
    const within = ({ tags }: Snapshot): boolean => tag === undefined || tags.includes(tag);
    return { repositories: repositoriesFor(configuration, job, repository), within, fits };
  }
  const text = job === undefined || snapshot.includes('@') ? snapshot : `${job}@${snapshot}`;
  const found = await findReadable(session, text, flags);
  if (found.ref.path !== undefined) {
    throw new UmbraError('usage.invalid', 'a search goes through whole snapshots', {
      hint: 'Give a pattern with a slash for what is in one folder: umbra help patterns',
    });
  }
  return { repositories: [found.repository], within: ({ id }) => id === found.snapshot.id, fits };
}

const types = { f: 'file', d: 'dir', l: 'symlink' } as const;

function entryTest({ type, size, since, until }: FindFlags): (entry: SnapshotEntry) => boolean {
  const wanted = type === undefined ? undefined : types[type];
  return (entry) =>
    (wanted === undefined || entry.type === wanted) &&
    (size === undefined || (entry.type === 'file' && entry.size >= size.least && entry.size <= size.most)) &&
    (since === undefined || entry.modifiedAt >= since) &&
    (until === undefined || entry.modifiedAt < until);
}
