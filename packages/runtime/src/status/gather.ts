import { hostname } from 'node:os';
import {
  runStates,
  UmbraError,
  type Configuration,
  type DurationMs,
  type Instant,
  type JobDefinition,
  type Lease,
  type ProcessTable,
  type RunRecord,
} from '@umbracore/contracts';
import {
  isInHands,
  isStale,
  judge,
  rhythmsIn,
  runsForAtLeast,
  type CopyLag,
  type Rhythm,
  type Judgement,
  type ProtectionFacts,
} from '@umbracore/coordinator-core';
import type { History } from '../open-history.ts';
import { lagOf } from './copy-lag.ts';
import { damageOfAll, type RepositoryDamage } from './mend-command.ts';
import { jobNamed } from './names.ts';
import { nextRun, type NextRun } from './next-run.ts';
import { byPlace, good, latestRuns, pastOf, shortPastOf, type Latest } from './past-runs.ts';

/** How one job stands with one of its repositories. */
export interface JobStatus extends ProtectionFacts, Judgement {
  readonly next: NextRun | undefined;
  /** Of a copy alone. */
  readonly lag: CopyLag | undefined;
}

/** Whether a job was without a success for too long at one of its repositories. */
export type Staleness = Pick<JobStatus, 'job' | 'repository' | 'lastSuccess' | 'stale'>;

/** A job that works on no repository has its line as well. */
const repositoriesOf = ({ repositories }: JobDefinition): readonly string[] =>
  repositories.length === 0 ? [''] : repositories;

/** What is needed to say how jobs stand. */
export type StatusSources = Pick<History, 'store' | 'configuration' | 'calendar' | 'processTable'> & {
  readonly paths: Pick<History['paths'], 'stateDir'>;
};

interface Current {
  readonly run: RunRecord;
  readonly lease: Lease | undefined;
}

/** Somebody who has just asked for a run needs a moment to begin. */
const graceMs = 10_000;

/** How the named jobs stand, or all. Throws `config.no-jobs`, `usage.unknown-job`. */
export async function gatherStatus(
  sources: StatusSources,
  names: readonly string[],
  now: Instant,
): Promise<readonly JobStatus[]> {
  return statusOf(sources, chosenJobs(sources.configuration, names), now);
}

/** The jobs with these names, or all. Throws `config.no-jobs`, `usage.unknown-job`. */
export function chosenJobs(configuration: Configuration, names: readonly string[]): readonly JobDefinition[] {
  if (configuration.jobs.size === 0) {
    throw new UmbraError('config.no-jobs', 'the configuration has no jobs', {
      hint: 'Add one: umbra job add NAME FOLDER.',
    });
  }
  return names.length === 0 ? [...configuration.jobs.values()] : names.map((name) => jobNamed(configuration, name));
}

/** The job as if it said itself that it is stale after this age; the job unchanged without an age. */
export const withMaxAge = (job: JobDefinition, maxAgeMs: DurationMs | undefined): JobDefinition =>
  maxAgeMs === undefined ? job : { ...job, staleAfterMs: maxAgeMs };

/** How these jobs stand, in their order and that of their repositories. Reads the history; changes nothing, starts nothing. */
export async function statusOf(
  sources: StatusSources,
  jobs: readonly JobDefinition[],
  now: Instant,
): Promise<readonly JobStatus[]> {
  const latest = await latestRuns(sources.store);
  const open = await sources.store.open();
  const cursors = await sources.store.cursors();
  const host = hostname();
  const rhythmOf = rhythmsIn(sources.configuration.jobs);
  const damages = await damageOfAll(sources);
  const statuses: JobStatus[] = [];
  for (const job of jobs) {
    for (const repository of repositoriesOf(job)) {
      const ours = open.filter(({ run }) => run.job === job.id && run.repository === repository);
      const rhythm = rhythmOf(job);
      const damage = damages.get(repository);
      const subject = { job, repository, rhythm, damage, cursor: cursors.get(job.id), open: ours, host, now };
      statuses.push(await oneStatus(sources, latest, subject));
    }
  }
  return statuses;
}

/** How long these jobs went without a success. As `statusOf` judges it, for a fraction of the reading. */
export async function stalenessOf(
  sources: Omit<StatusSources, 'paths'>,
  jobs: readonly JobDefinition[],
  now: Instant,
): Promise<readonly Staleness[]> {
  const { store, calendar, configuration } = sources;
  const latest = { good: byPlace(await store.latest(good)), any: byPlace(await store.latest(runStates)) };
  const rhythmOf = rhythmsIn(configuration.jobs);
  const found: Staleness[] = [];
  for (const job of jobs) {
    const rhythm = rhythmOf(job);
    for (const repository of repositoriesOf(job)) {
      const past = await shortPastOf(sources, latest, { job, repository, now });
      found.push({ job, repository, ...past, stale: isStale({ job, rhythm, ...past }, calendar, now) });
    }
  }
  return found;
}

interface Subject {
  readonly job: JobDefinition;
  readonly repository: string;
  readonly rhythm: Rhythm;
  readonly damage: RepositoryDamage | undefined;
  readonly cursor: Instant | undefined;
  /** Its runs that have not ended, the newest first. */
  readonly open: readonly Current[];
  readonly host: string;
  readonly now: Instant;
}

async function oneStatus(sources: StatusSources, latest: Latest, subject: Subject): Promise<JobStatus> {
  const { calendar } = sources;
  const { job, repository, rhythm, damage, cursor, open, host, now } = subject;
  const past = await pastOf(sources, latest, { ...subject, mended: damage?.record.mended ?? [] });
  const isLeft = (each: Current): boolean => isLeftBehind(sources.processTable, each, now);
  // What works goes before what waits behind it.
  const current = open.find(({ lease }) => lease !== undefined) ?? open.find((each) => !waitsForStart(each));
  const waiting = open.filter((each) => each.lease === undefined || isLeft(each)).map(({ run }) => run);
  const known = job.atLeastEveryMs === undefined ? [] : await runsForAtLeast(sources.store, job.id, repository);
  const next = nextRun(calendar, { job, cursor, waiting, past: known, host }, now);
  const facts: ProtectionFacts = {
    job,
    repository,
    rhythm,
    ...past,
    mend: damage?.mend,
    lastAttempt: current?.run ?? past.lastEnded,
    leftBehind: current !== undefined && isLeft(current),
    owedSince: next?.isDue === true ? next.at : undefined,
  };
  const lag = await lagOf(sources, latest.good, job, past.lastSuccess);
  return { ...facts, ...judge(facts, calendar, now), next, lag };
}

/** A slot that was accounted for and that nobody has started yet is no attempt. */
const waitsForStart = ({ run, lease }: Current): boolean =>
  run.state === 'queued' && run.slot !== null && lease === undefined;

/** True if nobody works on a run that has not ended. A hint for people: recovery proves it before it touches anything. */
export function isLeftBehind(processTable: ProcessTable, current: Current, now: Instant): boolean {
  const { run, lease } = current;
  if (lease === undefined) {
    // A run that waits for its next try, or for its start, is held by nobody, and that is right.
    return run.state !== 'retrying' && !waitsForStart(current) && now - run.queuedAt > graceMs;
  }
  return lease.until <= now || !isInHands({ processTable, clock: { now: () => now, monotonicMs: () => 0 } }, lease);
}
