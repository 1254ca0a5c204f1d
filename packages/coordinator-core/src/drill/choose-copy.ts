import type { CopyPlace, JobId } from '@umbracore/contracts';
import { isAbsolute } from 'node:path';

/** Which repository a trial is compared with, and why that one. */
export interface ChosenCopy {
  readonly place: CopyPlace;
  /** Part of a sentence. */
  readonly reason: string;
}

/**
 * The repositories that have the same snapshots of a job by a copy, in the order in which they are asked: one on this machine is
 * read sooner; then the one that the others were copied from, which was written by another engine run.
 */
export function copiesFor(places: readonly CopyPlace[], job: JobId): readonly ChosenCopy[] {
  const isHere = ({ repository }: CopyPlace): boolean => isAbsolute(repository.location);
  const weight = (place: CopyPlace): number => Number(!isHere(place)) * 2 + Number(place.as === 'copy');
  return places
    .filter(({ jobs }) => jobs.length === 0 || jobs.includes(job))
    .map((place) => ({ place, reason: `${roleOf(place)}, ${isHere(place) ? 'on this machine' : 'elsewhere'}` }))
    .sort((one, other) => weight(one.place) - weight(other.place));
}

const roleOf = ({ as }: CopyPlace): string =>
  as === 'copy' ? 'it has the copies' : 'it is what the copies were made of';
