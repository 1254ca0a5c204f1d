import type { JobId, Snapshot } from '@umbracore/contracts';
import { seededKeys } from './seeded-key.ts';

/** A snapshot that is tried, and how much of it. */
export interface DrillTarget {
  readonly job: JobId;
  readonly snapshot: string;
  readonly files: number;
  readonly maxBytes: number;
  /** Paths that are restored of it whatever the limits say. */
  readonly must: readonly string[];
}

/** Good snapshots of a job. */
export interface Candidates {
  readonly job: JobId;
  readonly newest: Snapshot;
  /** An older one that is to be tried as well. */
  readonly older: Snapshot | undefined;
  /** How many drills ago one of them was tried; infinite if never. */
  readonly lastTried: number;
}

/** What did not come back the last time, with the snapshot that it is in now. */
export interface TryAgain {
  readonly job: JobId;
  readonly snapshot: string;
  readonly path: string;
}

export interface TargetWish {
  readonly seed: string;
  readonly files: number;
  readonly maxBytes: number;
  /** Every path that they may have been saved under. */
  readonly canaries: readonly string[];
  readonly again: readonly TryAgain[];
}

interface Place {
  readonly job: JobId;
  readonly snapshot: string;
  readonly must: string[];
}

/**
 * Which snapshots a drill tries: those with something to try again, the newest of the jobs whose turn it is, and now and then an
 * older one. Those that a canary should be in always have their turn. What there may be is shared out evenly.
 */
export function planTargets(candidates: readonly Candidates[], wish: TargetWish): readonly DrillTarget[] {
  const { seed, files, maxBytes, canaries, again } = wish;
  const keyOf = seededKeys(seed);
  const coveredBy = ({ paths }: Snapshot): readonly string[] => canaries.filter((canary) => isBelow(canary, paths));
  const turns = candidates
    .map((each) => ({ ...each, must: coveredBy(each.newest), key: keyOf(each.job) }))
    .sort((one, other) => byTurn(one, other));
  const places = new Map<string, Place>();
  const put = (job: JobId, snapshot: string, must: readonly string[] = []): void => {
    const place = places.get(snapshot) ?? { job, snapshot, must: [] };
    place.must.push(...must.filter((path) => !place.must.includes(path)));
    places.set(snapshot, place);
  };
  for (const { job, snapshot, path } of again) put(job, snapshot, [path]);
  for (const { job, newest, must } of turns) put(job, newest.id, must);
  for (const { job, older } of turns) if (older !== undefined) put(job, older.id);
  return shared([...places.values()], files, maxBytes);
}

/** Who waited longest goes first. */
function byTurn(
  one: { readonly must: readonly string[]; readonly lastTried: number; readonly key: number },
  other: typeof one,
): number {
  const covers = Number(other.must.length > 0) - Number(one.must.length > 0);
  if (covers !== 0) return covers;
  return one.lastTried === other.lastTried ? one.key - other.key : other.lastTried - one.lastTried;
}

/** Without those for which nothing is left. */
function shared(places: readonly Place[], files: number, maxBytes: number): readonly DrillTarget[] {
  const count = Math.min(places.length, files);
  return places.flatMap(({ job, snapshot, must }, index) => {
    const share = index < count ? Math.floor(files / count) + Number(index < files % count) : 0;
    const bytes = Math.floor((maxBytes / files) * share);
    return share > 0 || must.length > 0 ? [{ job, snapshot, files: share, maxBytes: bytes, must }] : [];
  });
}

/** True for one of the folders itself, too. */
const isBelow = (path: string, folders: readonly string[]): boolean =>
  folders.some((folder) => path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`));
