import type { SimulatedRun } from '@umbracore/runtime/history';

/** What a run is called among others: by its chains, its job and, where a job has several, its repository. */
export function runLabels(runs: readonly SimulatedRun[]): (run: SimulatedRun) => string {
  const byId = new Map(runs.map((run) => [run.id, run]));
  const repositories = new Map<string, Set<string>>();
  for (const { job, repository } of runs) repositories.set(job, (repositories.get(job) ?? new Set()).add(repository));
  const labelOf = (run: SimulatedRun): string => {
    const parent = run.parent === null ? undefined : byId.get(run.parent);
    const within = parent === undefined ? '' : `${labelOf(parent)}/`;
    const several = (repositories.get(run.job)?.size ?? 0) > 1;
    return `${within}${run.job}${several ? ` (${run.repository})` : ''}`;
  };
  return labelOf;
}
