import { jobOfTags, runOfTags } from '@umbracore/contracts';
import type { JobId, Snapshot } from '@umbracore/contracts';

/**
 * What is offered, belongs to a job of ours (to one of `jobs` if any are named) and is not present. In the order in which it
 * is offered.
 */
export function missingIn(
  present: readonly Snapshot[],
  offered: readonly Snapshot[],
  jobs: readonly JobId[],
): readonly Snapshot[] {
  const known = new Set(present.flatMap(namesOf));
  return offered.filter((snapshot) => {
    const job = jobOfTags(snapshot.tags);
    const wanted = job !== undefined && (jobs.length === 0 || jobs.includes(job));
    return wanted && !namesOf(snapshot).some((name) => known.has(name));
  });
}

/** Those that have the same content as the snapshot because one was copied from the other, or both from a third. */
export function copiesOf(snapshot: Snapshot, present: readonly Snapshot[]): readonly Snapshot[] {
  const names = new Set(namesOf(snapshot));
  return present.filter((other) => namesOf(other).some((name) => names.has(name)));
}

/**
 * What stays the same when a snapshot is copied: its first id where the backend keeps it, and the run that made it, which
 * makes one snapshot only.
 */
function namesOf({ id, original, tags }: Snapshot): readonly string[] {
  const run = runOfTags(tags);
  return [`id:${original ?? id}`, ...(run === undefined ? [] : [`run:${run}`])];
}
