import type { JobId, RepositoryName, RunRecord, StateStore } from '@umbracore/contracts';
import { lostOf } from '../drill/standing.ts';

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
 * The run that found damage last; undefined if a later one found the same sound, or a check that read everything found all of
 * it sound. `runs` are newest first.
 */
export function unmended(runs: readonly RunRecord[]): RunRecord | undefined {
  const sound = new Set<string>();
  for (const run of runs) {
    const found = findingsOf(run);
    if (found.damaged.some((subject) => !sound.has(subject))) return run;
    if (run.report?.kind === 'check' && run.report.part?.of === 1) return undefined;
    for (const subject of found.sound) sound.add(subject);
  }
  return undefined;
}

/** What a run looked at, by names that it has in every run that looks at it. */
interface Findings {
  readonly sound: readonly string[];
  readonly damaged: readonly string[];
}

function findingsOf({ job, report, plan, error, verification }: RunRecord): Findings {
  const judged = (isSound: boolean): Findings => ({ sound: isSound ? [job] : [], damaged: isSound ? [] : [job] });
  if (verification !== null) return judged(verification.ok);
  if (report?.kind === 'check') return judged(report.sound);
  if (plan.job.kind !== 'drill' || plan.options.dryRun === true) return { sound: [], damaged: [] };
  if (report?.kind !== 'drill') return { sound: [], damaged: error?.code === 'repository.damaged' ? [reading] : [] };
  const proven = report.snapshots.flatMap((tried) => (tried.proven > 0 ? [filesOf(tried.job), reading] : []));
  return { sound: proven, damaged: lostOf(report).map((lost) => filesOf(lost.job)) };
}

/** Any drill that brings files back shows that the repository can be read. */
const reading = 'reading';

/** Drills of all names try the files of a job. */
const filesOf = (job: JobId): string => `files of ${job}`;
