import type { JobDefinition, RepositoryName, ResourceUse, RunId, RunRecord } from '@umbracore/contracts';

/** The resource of everything that runs: its capacity is how many runs there may be at the same time. */
export const everything = 'daemon';

export const resourceOfRepository = (name: RepositoryName): string => `repository:${name}`;

/** How much room there is in a resource. */
export type Capacities = (resource: string) => number;

/** `concurrency` runs in all; a resource that is not named has room for one. */
export const capacitiesOf =
  (named: ReadonlyMap<string, number>, concurrency: number): Capacities =>
  (resource) =>
    resource === everything ? concurrency : (named.get(resource) ?? 1);

/**
 * What a run of the job uses while it works; `repository` is empty for a kind that works on none. A chain uses nothing but what
 * it names: its nodes do, and it would keep them from starting.
 */
export function resourcesOf(job: JobDefinition, repository: RepositoryName): readonly ResourceUse[] {
  const uses = job.uses ?? [];
  switch (job.kind) {
    case 'chain':
      return uses;
    case 'command':
      return [one(everything), ...uses];
    case 'backup':
    case 'check':
    case 'drill':
      return [one(everything), one(resourceOfRepository(repository)), ...uses];
    case 'copy':
      return [one(everything), one(resourceOfRepository(repository)), one(resourceOfRepository(job.from)), ...uses];
    case 'forget':
    case 'prune':
      return [one(everything), { resource: resourceOfRepository(repository), units: 'all' }, ...uses];
  }
}

/**
 * What a run uses beside what the chain runs above it hold for all of their nodes: it would wait for that for ever. `open` are
 * runs that have not ended.
 */
export function usesOf(run: RunRecord, open: ReadonlyMap<RunId, RunRecord>): readonly ResourceUse[] {
  const held = new Set<string>();
  for (let chain = open.get(run.parent ?? ''); chain !== undefined; chain = open.get(chain.parent ?? '')) {
    for (const { resource } of resourcesOf(chain.plan.job, chain.repository)) held.add(resource);
  }
  return resourcesOf(run.plan.job, run.repository).filter(({ resource }) => !held.has(resource));
}

const one = (resource: string): ResourceUse => ({ resource, units: 1 });
