import { forgottenAt, jobOfTags, type Snapshot } from '@umbracore/contracts';

/**
 * The ref of every snapshot of a job, by id. They are counted over all of a repository, oldest first, so that filters do not
 * renumber them.
 */
export function backRefs(snapshots: readonly Snapshot[]): ReadonlyMap<string, string> {
  const counts = new Map<string, number>();
  const refs = new Map<string, string>();
  for (const snapshot of snapshots.toReversed()) {
    const job = jobOfTags(snapshot.tags);
    // What is as good as gone is found by its id.
    if (job === undefined || forgottenAt(snapshot.tags) !== undefined) continue;
    const stepsBack = counts.get(job) ?? 0;
    counts.set(job, stepsBack + 1);
    refs.set(snapshot.id, `${job}@${stepsBack === 0 ? '0' : `-${stepsBack}`}`);
  }
  return refs;
}
