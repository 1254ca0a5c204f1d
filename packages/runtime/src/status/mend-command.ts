import type { Configuration, DamageBook, DamageRecord, JobDefinition, RepositoryName } from '@umbracore/contracts';
import { damageRecord } from '../repositories/found-damage.ts';

/** What mends a damaged repository: with the help of one that has copies, or that it is copied from, if there is one. */
export function mendCommand(jobs: Iterable<JobDefinition>, repository: RepositoryName): string {
  const others = [...jobs].flatMap((job) => {
    if (job.kind !== 'copy') return [];
    if (job.from === repository) return job.repositories;
    return job.repositories.includes(repository) ? [job.from] : [];
  });
  const [other] = others;
  return `umbra repo repair ${repository} --read all${other === undefined ? '' : ` --from ${other}`}`;
}

/** What checks found, and what mends it. `jobs` are those that there are when it is asked. */
export const damageBook = (stateDir: string, jobs: () => Iterable<JobDefinition>): DamageBook => ({
  of: (repository) => damageRecord(stateDir, repository),
  mendCommand: (repository) => mendCommand(jobs(), repository),
});

interface DamageSources {
  readonly configuration: Pick<Configuration, 'jobs' | 'repositories'>;
  readonly paths: { readonly stateDir: string };
}

/** What checks found in a repository, and the command that mends it if they found damage. */
export interface RepositoryDamage {
  readonly record: DamageRecord;
  readonly mend: string | undefined;
}

export async function damageOfAll({
  configuration,
  paths,
}: DamageSources): Promise<ReadonlyMap<RepositoryName, RepositoryDamage>> {
  const damage = new Map<RepositoryName, RepositoryDamage>();
  for (const repository of configuration.repositories.values()) {
    const record = await damageRecord(paths.stateDir, repository);
    const mend = record.found.length > 0 ? mendCommand(configuration.jobs.values(), repository.name) : undefined;
    damage.set(repository.name, { record, mend });
  }
  return damage;
}
