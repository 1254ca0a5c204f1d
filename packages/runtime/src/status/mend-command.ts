import type {
  Ability,
  Configuration,
  DamageBook,
  DamageRecord,
  JobDefinition,
  RepositoryDefinition,
  RepositoryName,
} from '@umbracore/contracts';
import { repairCommand } from '@umbracore/coordinator-core';
import { damageRecord } from '../repositories/found-damage.ts';

/**
 * What mends a damaged repository: with the help of one that has copies, or that it is copied from, if there is one. Undefined if its
 * backend cannot repair, or nobody knows whether it can.
 */
export function mendCommand(
  jobs: Iterable<JobDefinition>,
  repository: Pick<RepositoryDefinition, 'name' | 'backend'>,
  supports?: ReadonlySet<Ability>,
): string | undefined {
  const { name } = repository;
  const others = [...jobs].flatMap((job) => {
    if (job.kind !== 'copy') return [];
    if (job.from === name) return job.repositories;
    return job.repositories.includes(name) ? [job.from] : [];
  });
  const [from] = others;
  return repairCommand(repository, { from, supports });
}

/** The next step of somebody who hears of damage: where nothing is known to mend it, to see how far it goes. */
export const commandAgainstDamage = (
  jobs: Iterable<JobDefinition>,
  repository: Pick<RepositoryDefinition, 'name' | 'backend'>,
): string => mendCommand(jobs, repository) ?? `umbra verify ${repository.name}`;

/** What checks found, and what mends it. `jobs` are those that there are when it is asked. */
export const damageBook = (stateDir: string, jobs: () => Iterable<JobDefinition>): DamageBook => ({
  of: (repository) => damageRecord(stateDir, repository),
  mendCommand: (repository, supports) => mendCommand(jobs(), repository, supports),
});

interface DamageSources {
  readonly configuration: Pick<Configuration, 'jobs' | 'repositories'>;
  readonly paths: { readonly stateDir: string };
}

/** What checks found in a repository, and what to do about it if they found damage. */
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
    const mend = record.found.length > 0 ? commandAgainstDamage(configuration.jobs.values(), repository) : undefined;
    damage.set(repository.name, { record, mend });
  }
  return damage;
}
