import type { RepositoryName, RunRecord, StateStore } from '@umbracore/contracts';

/** So many of the newest runs on the repository are looked through. */
const runsAsked = 100;

export interface KnownDamage {
  readonly what: string;
  readonly hint: string;
}

/**
 * What a check, a drill or the verification of a backup found wrong with a repository and no later one found mended. Nothing
 * is removed from a damaged repository: what an index or a snapshot lost would look as if nobody needed it.
 */
export async function knownDamage(store: StateStore, repository: RepositoryName): Promise<KnownDamage | undefined> {
  const states = ['succeeded', 'warning', 'failed'] as const;
  const found = unmended(await store.runs({ repository, states, limit: runsAsked }));
  if (found === undefined) return undefined;
  return {
    what: `${found.plan.job.kind} ${found.id} of ${found.job} found ${repository} damaged`,
    hint: `Mend the repository, then let \`umbra run ${found.job}\` find it sound.`,
  };
}

/**
 * The run that found damage last; undefined if the same job, or a check that read everything, found the repository sound
 * since. `runs` are newest first.
 */
export function unmended(runs: readonly RunRecord[]): RunRecord | undefined {
  const judged = new Set<string>();
  for (const run of runs) {
    const { report } = run;
    const verdict = judged.has(run.job) ? undefined : verdictOf(run);
    if (verdict === undefined) continue;
    if (verdict === 'damaged') return run;
    if (report?.kind === 'check' && report.part?.of === 1) return undefined;
    judged.add(run.job);
  }
  return undefined;
}

function verdictOf({ report, plan, error, verification }: RunRecord): 'sound' | 'damaged' | undefined {
  if (verification !== null) return verification.ok ? 'sound' : 'damaged';
  if (report?.kind === 'check') return report.sound ? 'sound' : 'damaged';
  if (plan.job.kind !== 'drill' || plan.options.dryRun === true) return undefined;
  if (report?.kind !== 'drill') return error?.code === 'repository.damaged' ? 'damaged' : undefined;
  // A canary that is gone says nothing about the repository.
  if (report.failures.some(({ problem }) => problem !== 'absent')) return 'damaged';
  return report.bySource + report.byHash > 0 ? 'sound' : undefined;
}
