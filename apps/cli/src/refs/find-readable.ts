import { jobTag, type Instant, type Snapshot } from '@umbracore/contracts';
import { knownSnapshots, type KnownSnapshots } from '@umbracore/runtime/history';
import { dayTime } from '../output/times.ts';
import type { Session } from '../session.ts';
import { absent, findFirst, repositoriesFor, selectOne } from './find-snapshot.ts';
import { parseRef, type Ref } from './ref.ts';

/** A snapshot that can be looked into, by its repository or by its catalog. */
export interface ReadableSnapshot extends KnownSnapshots {
  readonly ref: Ref;
  readonly snapshot: Snapshot;
}

export interface ReadableFlags {
  readonly repository?: string;
  readonly offline?: boolean;
}

/**
 * Looks where `findSnapshot` looks, and where a repository is out of reach into its catalog, of which is told then. Throws the same.
 */
export async function findReadable(session: Session, text: string, flags: ReadableFlags): Promise<ReadableSnapshot> {
  const ref = parseRef(text);
  const runtime = await session.runtime();
  const repositories = repositoriesFor(runtime.configuration, ref.job, flags.repository);
  const { signal } = session.interrupt;
  const found = await findFirst(
    repositories,
    (repository) => knownSnapshots(runtime, repository, { signal, offline: flags.offline }),
    ({ snapshots, repository: { name } }) =>
      selectOne(ref.selector, ofJob(snapshots, ref.job), { text, repository: name }),
  );
  if (found === undefined) throw absent(text, repositories);
  tellAge(session, found.repository.name, found.asOf);
  return { ...found, ref, snapshot: found.found };
}

const ofJob = (snapshots: readonly Snapshot[], job: string | undefined): readonly Snapshot[] =>
  job === undefined ? snapshots : snapshots.filter(({ tags }) => tags.includes(jobTag(job)));

/** That what follows is what a catalog knew. */
export function tellAge(session: Session, repository: string, asOf: Instant | undefined): void {
  if (asOf === undefined) return;
  session.notice(`From the catalog of ${repository}, as of ${dayTime(asOf, session.now())}.`);
}
