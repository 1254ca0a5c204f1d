import { jobOfTags, UmbraError, type Instant, type Snapshot } from '@umbracore/contracts';
import { nameable, passedOver, selectOne, whereToLook } from './find-first.ts';
import type { Ref } from './ref.ts';

/** Two snapshots of one repository, the one that is compared with first. */
export interface Pair {
  readonly from: Snapshot;
  readonly to: Snapshot;
  /** Those that would be in it if they were not dated in the future. */
  readonly ahead: readonly Snapshot[];
}

/** A ref with the text that it was read from. */
export interface WrittenRef {
  readonly text: string;
  readonly ref: Ref;
}

export interface PairQuestion {
  /** At most two. */
  readonly refs: readonly WrittenRef[];
  /** Whose newest two they are if there are no refs. */
  readonly job: string | undefined;
  readonly repository: string;
  readonly now: Instant;
}

/**
 * What is to be compared, of the snapshots of a repository, oldest first. Two refs: the two. One: it, and the one before it.
 * None: the newest two of the job. A list of the refs that stand for nothing here if that is why there is no pair. Throws
 * `snapshot.ambiguous`, and `snapshot.absent` if there is nothing before it.
 */
export function choosePair(
  snapshots: readonly Snapshot[],
  { refs, job, repository, now }: PairQuestion,
): Pair | readonly string[] {
  const chosen = refs.map(({ text, ref }) => {
    const own = ofJob(snapshots, ref.job);
    return {
      text,
      snapshot: selectOne(ref.selector, own, { text, repository, now }),
      ahead: passedOver(ref, own, now),
    };
  });
  const missing = chosen.flatMap(({ text, snapshot }) => (snapshot === undefined ? [text] : []));
  if (missing.length > 0) return missing;
  const [first, second] = chosen.flatMap(({ snapshot }) => snapshot ?? []);
  const [ahead = []] = chosen.map((each) => each.ahead).filter(({ length }) => length > 0);
  if (first !== undefined && second !== undefined) return { from: first, to: second, ahead };
  const newest = nameable(ofJob(snapshots, job), now);
  const to = first ?? newest.those.at(-1);
  if (to === undefined)
    throw tooFew(`there is no snapshot${job === undefined ? '' : ` of ${job}`} in ${repository}`, newest.ahead);
  const from = before(to, snapshots);
  const passed = first === undefined ? newest.ahead : ahead;
  if (from !== undefined) return { from, to, ahead: passed };
  throw tooFew(`there is nothing before the snapshot ${to.shortId} in ${repository} to compare it with`, passed);
}

/** All of them if there is no job. */
export const ofJob = (snapshots: readonly Snapshot[], job: string | undefined): readonly Snapshot[] =>
  job === undefined ? snapshots : snapshots.filter(({ tags }) => jobOfTags(tags) === job);

/** The one before it of the same job; of a foreign one, of the same host and sources. */
function before(snapshot: Snapshot, snapshots: readonly Snapshot[]): Snapshot | undefined {
  const job = jobOfTags(snapshot.tags);
  const kin = snapshots.filter((other) =>
    job === undefined ? isKindred(snapshot, other) : jobOfTags(other.tags) === job,
  );
  const index = kin.findIndex(({ id }) => id === snapshot.id);
  return index > 0 ? kin[index - 1] : undefined;
}

const isKindred = (one: Snapshot, other: Snapshot): boolean =>
  jobOfTags(other.tags) === undefined &&
  one.host === other.host &&
  one.paths.length === other.paths.length &&
  one.paths.every((path) => other.paths.includes(path));

const tooFew = (problem: string, ahead: readonly Snapshot[]): UmbraError =>
  new UmbraError('snapshot.absent', problem, { hint: whereToLook(ahead) });
