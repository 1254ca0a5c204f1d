import { forgottenAt, jobOfTags, runOfTags } from '@umbracore/contracts';
import type { JobId, Snapshot } from '@umbracore/contracts';
import { isChosen } from './forget-outlook.ts';

/** Those that belong to a job of ours, to one of `jobs` if any are named. */
export const oursAmong = (snapshots: readonly Snapshot[], jobs: readonly JobId[]): readonly Snapshot[] =>
  snapshots.filter(({ tags }) => isChosen(jobOfTags(tags), jobs));

/** What is offered and not present, in the order in which it is offered. */
export function missingIn(present: readonly Snapshot[], offered: readonly Snapshot[]): readonly Snapshot[] {
  const known = new Set(present.flatMap(namesOf));
  return offered.filter(
    (snapshot) =>
      // What goes here soon is not brought to where it would stay.
      forgottenAt(snapshot.tags) === undefined && !namesOf(snapshot).some((name) => known.has(name)),
  );
}

/**
 * Finds the one that has the same content as a snapshot because one was copied from the other, or both from a third; the
 * first one if there are several.
 */
export function copiesIn(present: readonly Snapshot[]): (snapshot: Snapshot) => Snapshot | undefined {
  const byName = new Map(present.toReversed().flatMap((copy) => namesOf(copy).map((name) => [name, copy] as const)));
  return (snapshot) => {
    const name = namesOf(snapshot).find((known) => byName.has(known));
    return name === undefined ? undefined : byName.get(name);
  };
}

/**
 * What stays the same when a snapshot is copied: its first id where the backend keeps it, and the run that made it, which
 * makes one snapshot only.
 */
function namesOf({ id, original, tags }: Snapshot): readonly string[] {
  const run = runOfTags(tags);
  return [`id:${original ?? id}`, ...(run === undefined ? [] : [`run:${run}`])];
}
