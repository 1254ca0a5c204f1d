import type { JobDefinition, RunId, RunRecord } from '@umbracore/contracts';
import { roomOf } from './schedule-slots.ts';

/** Where only one run is carried out at a time. */
export const placeOf = ({ job, repository }: Pick<RunRecord, 'job' | 'repository'>): string => `${job}\n${repository}`;

/**
 * Of the queued runs that are too many to wait at one place, each with the newest one that takes its place. A node of a chain is
 * asked for by its chain, and takes nobody's place.
 */
export function newerRuns(
  waiting: readonly { readonly run: RunRecord }[],
  jobOf: (run: RunRecord) => JobDefinition,
): ReadonlyMap<RunId, RunId> {
  const places = new Map<string, RunRecord[]>();
  for (const { run } of waiting) {
    if (run.state !== 'queued' || run.slotAt === null || run.parent !== null) continue;
    places.set(placeOf(run), [...(places.get(placeOf(run)) ?? []), run]);
  }
  const newer = new Map<RunId, RunId>();
  for (const runs of places.values()) {
    const [newest, ...older] = runs.toSorted(newestFirst);
    if (newest === undefined) continue;
    for (const run of older.slice(roomOf(jobOf(newest)) - 1)) newer.set(run.id, newest.id);
  }
  return newer;
}

const newestFirst = (one: RunRecord, other: RunRecord): number =>
  (other.slotAt ?? 0) - (one.slotAt ?? 0) || (one.id < other.id ? 1 : -1);
