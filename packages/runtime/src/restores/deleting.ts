import { jobOfTags, runOfTags, type Configuration, type Snapshot, type StateStore } from '@umbracore/contracts';
import type { Deleting } from '@umbracore/restore';

export interface DeletingSources {
  readonly configuration: Pick<Configuration, 'jobs'>;
  readonly store: Pick<StateStore, 'run'>;
}

/**
 * What a restore that deletes leaves where it is: what the job of the snapshot leaves out, by its configuration, and what the run
 * that made it could not read.
 */
export async function deletingFor(
  { configuration, store }: DeletingSources,
  { tags }: Pick<Snapshot, 'tags'>,
): Promise<Deleting> {
  const job = configuration.jobs.get(jobOfTags(tags) ?? '');
  const [excludes, ifPresent] = job?.kind === 'backup' ? [job.excludes, job.excludeIfPresent] : [[], []];
  const id = runOfTags(tags);
  const run = id === undefined ? undefined : await store.run(id);
  return {
    spared: [...excludes, ...(run?.unreadable ?? []).map(({ path }) => path)],
    // As restic has it: a name, and how its content begins.
    sparedIfPresent: ifPresent.map((mark) => mark.split(':', 1).join('')),
  };
}
