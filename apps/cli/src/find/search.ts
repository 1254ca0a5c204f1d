import { jobTag, UmbraError, type RepositoryDefinition, type SnapshotFilter } from '@umbracore/contracts';
import type { FindFlags } from '../commands/find.ts';
import { backRefs } from '../refs/back-refs.ts';
import { findSnapshot, repositoriesFor } from '../refs/find-snapshot.ts';
import type { Session } from '../session.ts';
import type { Hit } from './group.ts';

/** Where is searched. */
export interface Range {
  readonly repositories: readonly RepositoryDefinition[];
  readonly snapshots: SnapshotFilter;
}

/** The one snapshot that is asked for, else those of the job, else all. Throws `usage.*`, `snapshot.*`. */
export async function rangeOf(session: Session, { snapshot, job, repository }: FindFlags): Promise<Range> {
  const { configuration } = await session.runtime();
  if (snapshot === undefined) {
    const repositories = repositoriesFor(configuration, job, repository);
    return { repositories, snapshots: job === undefined ? {} : { tags: [jobTag(job)] } };
  }
  const text = job === undefined || snapshot.includes('@') ? snapshot : `${job}@${snapshot}`;
  const found = await findSnapshot(session, text, repository);
  if (found.ref.path !== undefined) {
    throw new UmbraError('usage.invalid', 'a search goes through whole snapshots', {
      hint: 'Give a pattern with a slash for what is in one folder: umbra help patterns',
    });
  }
  return { repositories: [found.repository], snapshots: { ids: [found.snapshot.id] } };
}

/** Throws if one of the repositories cannot be searched: what it holds would be missing. */
export async function search(
  session: Session,
  { repositories, snapshots }: Range,
  spec: { readonly pattern: string; readonly ignoreCase: boolean },
): Promise<readonly Hit[]> {
  const runtime = await session.runtime();
  const { signal } = session.interrupt;
  const hits: Hit[] = [];
  for (const repository of repositories) {
    const backend = await runtime.repositories.backend(repository, signal);
    const all = await backend.snapshots({}, { signal });
    const refs = backRefs(all);
    const byId = new Map(all.map((snapshot) => [snapshot.id, snapshot]));
    for (const { snapshot: id, entry } of await backend.find({ ...spec, snapshots }, { signal })) {
      const snapshot = byId.get(id);
      // One that was made in between is left to the next search.
      if (snapshot === undefined) continue;
      const ref = refs.get(id) ?? snapshot.shortId;
      hits.push({ holder: { repository: repository.name, snapshot: id, ref, time: snapshot.time }, entry });
    }
  }
  return hits;
}
