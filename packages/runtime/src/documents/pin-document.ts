import { jobOfTags, type RepositoryName } from '@umbracore/contracts';
import type { PinResult } from '@umbracore/coordinator-core';
import { timestamp } from './timestamp.ts';

/** What became of a snapshot as `umbra.pin/1`. */
export const pinResultDocument = (repository: RepositoryName, { snapshot, previous, pin }: PinResult) => ({
  repository,
  snapshot: snapshot.id,
  previous,
  job: jobOfTags(snapshot.tags) ?? null,
  time: timestamp(snapshot.time),
  pin: pin === null ? null : { reason: pin.reason ?? null },
});
