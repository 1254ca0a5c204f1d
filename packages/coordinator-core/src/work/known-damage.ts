import type { RepositoryName, RunRecord, StateStore } from '@umbracore/contracts';

/** So many of the newest runs on the repository are looked through. */
const runsAsked = 100;

export interface KnownDamage {
  readonly what: string;
  readonly hint: string;
}

/**
 * What a check found wrong with a repository and no later one found mended. Nothing is removed from a damaged
 * repository: what an index or a snapshot lost would look as if nobody needed it.
 */
export async function knownDamage(store: StateStore, repository: RepositoryName): Promise<KnownDamage | undefined> {
  const states = ['succeeded', 'warning', 'failed'] as const;
  const found = unmended(await store.runs({ repository, states, limit: runsAsked }));
  if (found === undefined) return undefined;
  return {
    what: `check ${found.id} of ${found.job} found ${repository} damaged`,
    hint: `Mend the repository, then let \`umbra run ${found.job}\` find it sound.`,
  };
}

/**
 * The check that found damage last; undefined if the same job, or one that read everything, found the repository sound
 * since. `runs` are newest first.
 */
export function unmended(runs: readonly RunRecord[]): RunRecord | undefined {
  const judged = new Set<string>();
  for (const run of runs) {
    if (run.report?.kind !== 'check' || judged.has(run.job)) continue;
    if (!run.report.sound) return run;
    if (run.report.part?.of === 1) return undefined;
    judged.add(run.job);
  }
  return undefined;
}
