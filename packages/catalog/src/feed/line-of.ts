import { jobOfTags, type Snapshot } from '@umbracore/contracts';

/**
 * What snapshots have in common whose contents follow each other: the job and the machine; of foreign ones the machine and the
 * sources. A wrong guess costs room, nothing else.
 */
export function lineOf({ tags, host, paths }: Snapshot): string {
  const job = jobOfTags(tags);
  return JSON.stringify(job === undefined ? [host, ...paths] : { job, host });
}
