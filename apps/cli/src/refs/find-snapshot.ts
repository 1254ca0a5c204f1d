import {
  forgottenAt,
  jobTag,
  toUmbraError,
  UmbraError,
  type Backend,
  type RepositoryDefinition,
  type Snapshot,
} from '@umbracore/contracts';
import type { Runtime } from '@umbracore/runtime';
import { jobNamed, repositoryNamed } from '@umbracore/runtime/history';
import type { Session } from '../session.ts';
import { parseRef, selectSnapshots, type Ref } from './ref.ts';

/** A snapshot that a ref stands for, with the backend that reaches it. */
export interface FoundSnapshot {
  readonly ref: Ref;
  readonly snapshot: Snapshot;
  readonly repository: RepositoryDefinition;
  readonly backend: Backend;
}

/**
 * Looks in the repository that is asked for, else in those of the ref's job, else in all of them, and takes the first
 * that holds it. Throws `usage.*`, `snapshot.absent`, `snapshot.ambiguous`.
 */
export async function findSnapshot(session: Session, text: string, repositoryName?: string): Promise<FoundSnapshot> {
  const ref = parseRef(text);
  const runtime = await session.runtime();
  const repositories = repositoriesFor(runtime, ref, repositoryName);
  const filter = ref.job === undefined ? {} : { tags: [jobTag(ref.job)] };
  const { signal } = session.interrupt;
  let failure: UmbraError | undefined;
  for (const repository of repositories) {
    try {
      const backend = await runtime.repositories.backend(repository, signal);
      const all = await backend.snapshots(filter, { signal });
      // What was marked to be removed is found by its id alone: JOB@latest is what is to stay.
      const some = ref.selector.type === 'id' ? all : all.filter(({ tags }) => forgottenAt(tags) === undefined);
      const [snapshot, ...more] = selectSnapshots(ref.selector, some);
      if (more.length > 0) throw ambiguous(text, repository.name);
      if (snapshot !== undefined) return { ref, snapshot, repository, backend };
    } catch (error) {
      // One repository out of reach must not hide a snapshot that another one holds.
      if (repositories.length === 1) throw error;
      failure ??= toUmbraError(error);
    }
  }
  throw failure ?? absent(text, repositories);
}

function repositoriesFor(runtime: Runtime, ref: Ref, name: string | undefined): readonly RepositoryDefinition[] {
  const { configuration } = runtime;
  if (name !== undefined) return [repositoryNamed(configuration, name)];
  if (ref.job === undefined) return [...configuration.repositories.values()];
  return jobNamed(configuration, ref.job).repositories.map((each) => repositoryNamed(configuration, each));
}

const ambiguous = (text: string, repository: string): UmbraError =>
  new UmbraError('snapshot.ambiguous', `several snapshots in ${repository} start with "${text}"`, {
    hint: 'Give more characters of the id.',
  });

function absent(text: string, repositories: readonly RepositoryDefinition[]): UmbraError {
  const places = repositories.map(({ name }) => name).join(', ');
  return new UmbraError('snapshot.absent', `there is no snapshot "${text}" in ${places}`, {
    hint: 'Run `umbra snapshots` to see which there are.',
  });
}
