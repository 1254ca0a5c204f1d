import {
  forgottenAt,
  jobTag,
  toUmbraError,
  UmbraError,
  type Backend,
  type RepositoryDefinition,
  type Snapshot,
  type SnapshotFilter,
} from '@umbracore/contracts';
import { repositoriesFor } from '@umbracore/runtime/history';
import type { Session } from '../session.ts';
import { parseRef, selectSnapshots, type Ref } from './ref.ts';

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
  const { configuration } = await session.runtime();
  const repositories = repositoriesFor(configuration, ref.job, repositoryName);
  const filter = ref.job === undefined ? {} : { tags: [jobTag(ref.job)] };
  const found = await findFirst(
    repositories,
    (repository) => reach(session, repository, filter),
    ({ snapshots, repository: { name } }) => selectOne(ref.selector, snapshots, { text, repository: name }),
  );
  if (found === undefined) throw absent(text, repositories);
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

/**
 * Goes through repositories until `choose` finds what it looks for in one. Undefined if it does in none; throws what kept it
 * from looking, or what `choose` threw, if that happened in one of them.
 */
export async function findFirst<Place, Found>(
  repositories: readonly RepositoryDefinition[],
  look: (repository: RepositoryDefinition) => Promise<Place>,
  choose: (place: Place) => Found | undefined,
): Promise<(Place & { readonly found: Found }) | undefined> {
  let failure: UmbraError | undefined;
  for (const repository of repositories) {
    try {
      const place = await look(repository);
      const found = choose(place);
      if (found !== undefined) return { ...place, found };
    } catch (error) {
      // One repository out of reach must not hide a snapshot that another one holds.
      if (repositories.length === 1) throw error;
      failure ??= toUmbraError(error);
    }
  }
  if (failure !== undefined) throw failure;
  return undefined;
}

/** The only snapshot that fits, if there is one. Throws `snapshot.ambiguous`. */
export function selectOne(
  selector: Ref['selector'],
  snapshots: readonly Snapshot[],
  { text, repository }: { readonly text: string; readonly repository: string },
): Snapshot | undefined {
  // What was marked to be removed is found by its id alone: JOB@latest is what is to stay.
  const some = selector.type === 'id' ? snapshots : snapshots.filter(({ tags }) => forgottenAt(tags) === undefined);
  const [snapshot, ...more] = selectSnapshots(selector, some);
  if (more.length === 0) return snapshot;
  throw new UmbraError('snapshot.ambiguous', `several snapshots in ${repository} start with "${text}"`, {
    hint: 'Give more characters of the id.',
  });
}

export function absent(text: string, repositories: readonly RepositoryDefinition[]): UmbraError {
  const places = repositories.map(({ name }) => name).join(', ');
  return new UmbraError('snapshot.absent', `there is no snapshot "${text}" in ${places}`, {
    hint: 'Run `umbra snapshots` to see which there are.',
  });
}
