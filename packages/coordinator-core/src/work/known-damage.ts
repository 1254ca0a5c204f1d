import { isMendedBy, lookOf } from '@umbracore/contracts';
import type { Ability, JobId, Look, LookedAt, RepositoryDefinition, RunRecord } from '@umbracore/contracts';
import { lostOf } from '../drill/standing.ts';
import { mendCommand } from '../mend-command.ts';
import type { CoordinatorPorts } from '../ports.ts';
import { scopeOf } from './check-part.ts';

/** So many of the newest runs on the repository are looked through. */
const runsAsked = 100;

export interface KnownDamage {
  readonly what: string;
  readonly hint: string;
}

/**
 * What a check, a drill or the verification of a backup found wrong with a repository and no later one found mended, and what a
 * check by hand did. Nothing is removed from a damaged repository: what an index or a snapshot lost would look as if nobody
 * needed it.
 */
export async function knownDamage(
  { store, damage }: Pick<CoordinatorPorts, 'store' | 'damage'>,
  repository: Pick<RepositoryDefinition, 'name' | 'location' | 'backend'>,
  supports?: ReadonlySet<Ability>,
): Promise<KnownDamage | undefined> {
  const { name } = repository;
  const states = ['succeeded', 'warning', 'failed'] as const;
  const record = await damage?.of(repository);
  const run = unmended(await store.runs({ repository: name, states, limit: runsAsked }), record?.mended);
  const command = mendCommand({ damage }, repository, supports);
  const mend = command === undefined ? 'Mend it by the means of its backend' : `Mend it with \`${command}\``;
  if (run !== undefined) {
    return {
      what: `${run.plan.job.kind} ${run.id} of ${run.job} found ${name} damaged`,
      hint: `${mend}, or let \`umbra run ${run.job}\` find it sound.`,
    };
  }
  const [found] = record?.found ?? [];
  if (found === undefined) return undefined;
  return {
    what: `a check found ${name} damaged on ${new Date(found.at).toISOString().slice(0, 10)}`,
    hint: `${mend}, or let a check that sees as much find it sound.`,
  };
}

/**
 * The run that found damage last; undefined if a later one found the same sound, if a check that read everything found all of it
 * sound, or if looks that were no runs did which saw as much. `runs` are newest first.
 */
export function unmended(runs: readonly RunRecord[], mended: readonly LookedAt[] = []): RunRecord | undefined {
  const sound = new Set<string>();
  for (const run of runs) {
    const found = findingsOf(run);
    if (found.damaged.some((subject) => !sound.has(subject)) && !isMended(run, mended)) return run;
    if (run.report?.kind === 'check' && run.report.part?.of === 1) return undefined;
    for (const subject of found.sound) sound.add(subject);
  }
  return undefined;
}

/** Whether what a run found was found mended by looks that came after it. */
export function isMended(run: RunRecord, mended: readonly LookedAt[]): boolean {
  const since = run.finishedAt ?? Infinity;
  const later = mended.filter(({ at }) => at >= since);
  return looksOf(run).every((look) => later.some((other) => isMendedBy(look, other.look)));
}

/** How a run looked at the repository. Which of several looks found something is not told, so all of them count. */
function looksOf({ report, verification }: RunRecord): readonly Look[] {
  if (verification !== null) {
    const deep: readonly Look[] = verification.level === 'metadata' ? [] : ['all'];
    return verification.check === undefined ? ['structure', ...deep] : ['new', ...deep];
  }
  if (report?.kind !== 'check') return ['all'];
  const ofEngine = report.engine === false ? [] : [lookOf(scopeOf(report.part))];
  return report.check === undefined ? ofEngine : [...ofEngine, 'new'];
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
