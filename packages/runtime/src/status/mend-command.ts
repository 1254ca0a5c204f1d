import type { Configuration, RepositoryName } from '@umbracore/contracts';
import { foundDamage } from '../repositories/found-damage.ts';

/** What mends a damaged repository: with the help of one that has copies, or that it is copied from, if there is one. */
export function mendCommand(jobs: Configuration['jobs'], repository: RepositoryName): string {
  const others = [...jobs.values()].flatMap((job) => {
    if (job.kind !== 'copy') return [];
    if (job.from === repository) return job.repositories;
    return job.repositories.includes(repository) ? [job.from] : [];
  });
  const [other] = others;
  return `umbra repo repair ${repository} --read all${other === undefined ? '' : ` --from ${other}`}`;
}

interface MendSources {
  readonly configuration: Pick<Configuration, 'jobs' | 'repositories'>;
  readonly paths: { readonly stateDir: string };
}

/** What mends each repository that a check found damaged; those that are not here are well, as far as anybody knows. */
export async function mendsOf({ configuration, paths }: MendSources): Promise<ReadonlyMap<RepositoryName, string>> {
  const mends = new Map<RepositoryName, string>();
  for (const repository of configuration.repositories.values()) {
    const found = await foundDamage(paths.stateDir, repository);
    if (found !== undefined) mends.set(repository.name, mendCommand(configuration.jobs, repository.name));
  }
  return mends;
}
