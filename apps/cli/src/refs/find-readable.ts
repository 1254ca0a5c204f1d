import { jobTag, type Snapshot } from '@umbracore/contracts';
import { knownSnapshots, repositoriesFor, type KnownSnapshots } from '@umbracore/runtime/history';
import type { Session } from '../session.ts';
import { absent, findFirst, selectOne } from './find-snapshot.ts';
import { parseRef, type Ref } from './ref.ts';
import { tellAge } from './tell-age.ts';

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
