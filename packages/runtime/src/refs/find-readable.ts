import { jobTag, type Clock, type Configuration, type Snapshot } from '@umbracore/contracts';
import { knownSnapshots, type KnownSnapshots, type Reach, type ReachOptions } from '../search/known-snapshots.ts';
import { repositoriesFor } from '../status/names.ts';
import { absent, findFirst, passedOver, selectOne } from './find-first.ts';
import { parseRef, type Ref } from './ref.ts';

/** Where refs are looked for. */
export interface RefReach extends Reach {
  readonly configuration: Configuration;
  readonly clock: Pick<Clock, 'now'>;
}

/** A snapshot that can be looked into, by its repository or by its catalog. */
export interface ReadableSnapshot extends KnownSnapshots {
  readonly ref: Ref;
  readonly snapshot: Snapshot;
  /** Snapshots that it would stand for if they were not dated in the future. */
  readonly ahead: readonly Snapshot[];
}

export interface ReadableOptions extends ReachOptions {
  /** Looks in this one alone. */
  readonly repository?: string | undefined;
}

/**
 * The snapshot that a ref stands for. Looks in the repository that is asked for, else in those of the ref's job, else in all of them, and
 * takes the first that holds it; where a repository is out of reach, in its catalog. Throws `usage.*`, `snapshot.absent`,
 * `snapshot.ambiguous`.
 */
export async function findReadable(reach: RefReach, text: string, options: ReadableOptions): Promise<ReadableSnapshot> {
  const ref = parseRef(text);
  const now = reach.clock.now();
  const repositories = repositoriesFor(reach.configuration, ref.job, options.repository);
  const passed: Snapshot[] = [];
  const found = await findFirst(
    repositories,
    (repository) => knownSnapshots(reach, repository, options),
    ({ snapshots, repository: { name } }) => {
      const own = ofJob(snapshots, ref.job);
      passed.push(...passedOver(ref, own, now));
      return selectOne(ref.selector, own, { text, repository: name, now });
    },
  );
  if (found === undefined) throw absent(text, repositories, passed);
  const ahead = passedOver(ref, ofJob(found.snapshots, ref.job), now);
  return { ...found, ref, snapshot: found.found, ahead };
}

const ofJob = (snapshots: readonly Snapshot[], job: string | undefined): readonly Snapshot[] =>
  job === undefined ? snapshots : snapshots.filter(({ tags }) => tags.includes(jobTag(job)));
