import type { Configuration, DrillJobDefinition, JobId, RepositoryName } from '@umbracore/contracts';
import { defineDrill } from '@umbracore/coordinator-core';

/** A drill that somebody wants now. */
export interface WantedDrill {
  readonly repository: RepositoryName;
  /** As many as the configuration says if absent. */
  readonly files?: number | undefined;
  /** Only snapshots of this job. */
  readonly job?: JobId | undefined;
}

/**
 * The drill that the configuration has for the repository, if nothing else is wished; else one of its own, `restore-test-NAME`, which
 * leaves that one as it is.
 */
export function drillFor(
  { jobs }: Pick<Configuration, 'jobs'>,
  { repository, files, job }: WantedDrill,
): DrillJobDefinition {
  const known = [...jobs.values()].find(
    (each): each is DrillJobDefinition => each.kind === 'drill' && each.repositories.includes(repository),
  );
  if (known !== undefined && files === undefined && job === undefined) return known;
  const own = defineDrill({ id: `restore-test-${repository}`, repository });
  const { limits, maxBytes, canaries, jobs: tried } = known ?? own;
  const wished = { ...own, limits, maxBytes, canaries, jobs: tried, files: files ?? known?.files ?? own.files };
  // Other jobs' canaries are in none of its snapshots.
  return job === undefined ? wished : { ...wished, jobs: [job], canaries: [] };
}
