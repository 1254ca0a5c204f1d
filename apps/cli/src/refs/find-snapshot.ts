import {
  jobTag,
  type Backend,
  type RepositoryDefinition,
  type Snapshot,
  type SnapshotFilter,
} from '@umbracore/contracts';
import {
  absent,
  findFirst,
  parseRef,
  passedOver,
  repositoriesFor,
  selectOne,
  type Ref,
} from '@umbracore/runtime/history';
import type { Session } from '../session.ts';
import { tellAhead } from './tell-ahead.ts';

/** Where something was found, with the backend that reaches it. */
export interface FoundPlace {
  readonly repository: RepositoryDefinition;
  readonly backend: Backend;
}

/** A snapshot that a ref stands for. */
export interface FoundSnapshot extends FoundPlace {
  readonly ref: Ref;
  readonly snapshot: Snapshot;
}

/**
 * Looks in the repository that is asked for, else in those of the ref's job, else in all of them, and takes the first
 * that holds it. Throws `usage.*`, `snapshot.absent`, `snapshot.ambiguous`.
 */
export async function findSnapshot(session: Session, text: string, repositoryName?: string): Promise<FoundSnapshot> {
  const ref = parseRef(text);
  const { configuration, clock } = await session.runtime();
  const now = clock.now();
  const repositories = repositoriesFor(configuration, ref.job, repositoryName);
  const filter = ref.job === undefined ? {} : { tags: [jobTag(ref.job)] };
  const passed: Snapshot[] = [];
  const found = await findFirst(
    repositories,
    (repository) => reach(session, repository, filter),
    ({ snapshots, repository: { name } }) => {
      passed.push(...passedOver(ref, snapshots, now));
      return selectOne(ref.selector, snapshots, { text, repository: name, now });
    },
  );
  if (found === undefined) throw absent(text, repositories, passed);
  tellAhead(session, passedOver(ref, found.snapshots, now));
  return { ref, snapshot: found.found, repository: found.repository, backend: found.backend };
}

interface ReachedPlace extends FoundPlace {
  readonly snapshots: readonly Snapshot[];
}

/** A repository with those of its snapshots that are looked at. */
export async function reach(
  session: Session,
  repository: RepositoryDefinition,
  filter: SnapshotFilter = {},
): Promise<ReachedPlace> {
  const { repositories } = await session.runtime();
  const { signal } = session.interrupt;
  const backend = await repositories.backend(repository, signal);
  return { repository, backend, snapshots: await backend.snapshots(filter, { signal }) };
}
