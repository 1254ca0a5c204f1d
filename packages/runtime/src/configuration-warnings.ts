import type { Configuration, JobId } from '@umbracore/contracts';
import { ownRepository } from '@umbracore/coordinator-core';

/** What is allowed, and most likely not meant. */
export interface ConfigurationWarning {
  readonly job: JobId;
  readonly text: string;
  /** What to do about it, as an imperative. */
  readonly fix: string;
}

/** What a run would warn of, as far as the configuration alone tells. */
export async function configurationWarnings({
  jobs,
  repositories,
}: Pick<Configuration, 'jobs' | 'repositories'>): Promise<readonly ConfigurationWarning[]> {
  const warnings: ConfigurationWarning[] = [];
  for (const job of jobs.values()) {
    if (job.kind !== 'backup') continue;
    for (const name of job.repositories) {
      const own = await ownRepository(job, repositories.get(name)?.location ?? '');
      if (own !== undefined) warnings.push({ job: job.id, ...own });
    }
  }
  return warnings;
}
