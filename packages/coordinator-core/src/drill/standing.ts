import type { DrilledSnapshot, DrillReport, DurationMs, Instant, JobDefinition, RunRecord } from '@umbracore/contracts';

/** What drills say of what a job saved to a repository. */
export interface DrillStanding {
  /** The newest drill in which files of the job came back as they were saved, and none did not. */
  readonly proof: DrillProof | undefined;
  /** The newest drill that tried the job, if something of it did not come back. */
  readonly failed: RunRecord | undefined;
}

export interface DrillProof {
  readonly run: RunRecord;
  readonly at: Instant;
  /** Files that were compared and found as they were saved. */
  readonly proven: number;
  /** How long the longest of the snapshots that were tried would take to come back; null if too little was restored to tell. */
  readonly recoveryMs: DurationMs | null;
}

/** `drills` are those of one repository, newest first. What was not compared says nothing. */
export function drillStanding(drills: readonly RunRecord[], job: JobDefinition): DrillStanding {
  const told = drills.flatMap((run) => wordsOf(run, job) ?? []);
  const [newest] = told;
  const sound = told.find(({ isSound }) => isSound);
  return {
    proof: sound && proofOf(sound),
    failed: newest?.isSound === false ? newest.run : undefined,
  };
}

/** What one drill says of a job. */
interface Words {
  readonly run: RunRecord;
  readonly isSound: boolean;
  readonly tried: readonly DrilledSnapshot[];
}

/** What a drill that did not come to its report may have ended with because of the repository. */
const ofRepository: readonly string[] = ['repository.damaged', 'repository.wrong-password', 'repository.absent'];

function wordsOf(run: RunRecord, job: JobDefinition): Words | undefined {
  const { plan, report, error } = run;
  if (plan.job.kind !== 'drill' || plan.options.dryRun === true || run.finishedAt === null) return undefined;
  const concerns = concernsOf(job);
  if (report?.kind !== 'drill') {
    const { jobs } = plan.job;
    const isMeant = jobs.length === 0 || jobs.some(concerns);
    return isMeant && error !== null && ofRepository.includes(error.code)
      ? { run, isSound: false, tried: [] }
      : undefined;
  }
  if (lostOf(report).some((failure) => concerns(failure.job))) return { run, isSound: false, tried: [] };
  const tried = report.snapshots.filter((snapshot) => concerns(snapshot.job) && snapshot.proven > 0);
  return tried.length === 0 ? undefined : { run, isSound: true, tried };
}

/** A canary that is gone says nothing about the repository. */
export const lostOf = ({ failures }: DrillReport): DrillReport['failures'] =>
  failures.filter(({ problem }) => problem !== 'absent');

/** Whose snapshots a job has in a repository: a copy brings those of others. */
function concernsOf(job: JobDefinition): (name: string) => boolean {
  if (job.kind !== 'copy') return (name) => name === job.id;
  return (name) => job.jobs.length === 0 || job.jobs.includes(name);
}

function proofOf({ run, tried }: Words): DrillProof {
  const recoveries = tried.map(({ recoveryMs }) => recoveryMs);
  const isKnown = recoveries.every((recovery) => recovery !== null);
  return {
    run,
    at: run.finishedAt ?? run.queuedAt,
    proven: tried.reduce((sum, { proven }) => sum + proven, 0),
    recoveryMs: isKnown ? Math.max(...recoveries) : null,
  };
}
