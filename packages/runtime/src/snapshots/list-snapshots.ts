import {
  jobTag,
  pinOfTags,
  toUmbraError,
  type RepositoryDefinition,
  type Snapshot,
  type StateStore,
} from '@umbracore/contracts';
import type { RepositoryFailure } from '../documents/failure-document.ts';
import { backRefs } from '../search/back-refs.ts';
import { knownSnapshots, type Reach, type ReachOptions } from '../search/known-snapshots.ts';
import type { SearchedRepository } from '../search/search.ts';
import { proofsIn, type SnapshotProof } from './proofs.ts';

/** Which snapshots are wanted: those that fit all of it. */
export interface SnapshotQuestion extends ReachOptions {
  readonly repositories: readonly RepositoryDefinition[];
  readonly job?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly host?: string | undefined;
  /** A source. */
  readonly path?: string | undefined;
  readonly pinned?: boolean | undefined;
  /** So many, the newest of all repositories. */
  readonly latest?: number | undefined;
}

/** A snapshot with the ref it is known by and the repository it is in. */
export interface PlacedSnapshot {
  readonly snapshot: Snapshot;
  readonly repository: string;
  /** `documents@-1`; the short id if it belongs to no job. */
  readonly ref: string;
  /** Undefined if nobody read it back yet. */
  readonly proof: SnapshotProof | undefined;
}

export interface SnapshotList {
  /** Newest first. */
  readonly snapshots: readonly PlacedSnapshot[];
  /** Where was looked. */
  readonly searched: readonly SearchedRepository[];
  readonly failures: readonly RepositoryFailure[];
}

/** One repository that is out of reach hides none of the others. Throws if none of them can be read. */
export async function listSnapshots(
  sources: Reach & { readonly store: StateStore },
  question: SnapshotQuestion,
): Promise<SnapshotList> {
  const found: Omit<PlacedSnapshot, 'proof'>[] = [];
  const searched: SearchedRepository[] = [];
  const failures: RepositoryFailure[] = [];
  for (const repository of question.repositories) {
    try {
      const { snapshots, asOf, unreadable } = await knownSnapshots(sources, repository, question);
      found.push(...placed(snapshots, repository.name, question));
      searched.push({ repository: repository.name, asOf });
      failures.push(...unreadable.map((error) => ({ repository: repository.name, error })));
    } catch (thrown) {
      question.signal?.throwIfAborted();
      failures.push({ repository: repository.name, error: toUmbraError(thrown) });
    }
  }
  const [failure] = failures;
  if (failure !== undefined && searched.length === 0) throw failure.error;
  const newest = found.toSorted((one, other) => other.snapshot.time - one.snapshot.time).slice(0, question.latest);
  return { snapshots: await withProofs(sources.store, newest), searched, failures };
}

function placed(
  all: readonly Snapshot[],
  repository: string,
  { job, tags = [], host, path, pinned = false }: SnapshotQuestion,
): readonly Omit<PlacedSnapshot, 'proof'>[] {
  const refs = backRefs(all);
  const wanted = job === undefined ? tags : [...tags, jobTag(job)];
  return all
    .filter((snapshot) => wanted.every((each) => snapshot.tags.includes(each)))
    .filter((snapshot) => host === undefined || snapshot.host === host)
    .filter((snapshot) => !pinned || pinOfTags(snapshot.tags) !== undefined)
    .filter((snapshot) => path === undefined || snapshot.paths.includes(path))
    .map((snapshot) => ({ snapshot, repository, ref: refs.get(snapshot.id) ?? snapshot.shortId }));
}

/** Only of what is shown: a run is looked up for each. */
async function withProofs(
  store: StateStore,
  found: readonly Omit<PlacedSnapshot, 'proof'>[],
): Promise<readonly PlacedSnapshot[]> {
  const proofs = new Map<string, Awaited<ReturnType<typeof proofsIn>>>();
  for (const { repository } of found)
    if (!proofs.has(repository)) proofs.set(repository, await proofsIn(store, repository));
  return Promise.all(
    found.map(async (each) => ({ ...each, proof: await proofs.get(each.repository)?.(each.snapshot) })),
  );
}
