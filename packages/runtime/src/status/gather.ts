import {
  UmbraError,
  type Configuration,
  type JobDefinition,
  type RunRecord,
  type RunState,
  type StateStore,
} from '@umbracore/contracts';
import type { History } from '../open-history.ts';
import { jobNamed } from './names.ts';
import { isDryRun } from '../documents/run-document.ts';
import { countsAsSuccess, judge, type JobStatus } from './judge.ts';
import { isLeftBehind } from './left-behind.ts';
import { nextRun } from './next-run.ts';

/** How many runs back a real success and a successful verification are looked for. */
const depth = 100;

/** What is needed to say how jobs stand. */
export type StatusSources = Pick<History, 'store' | 'configuration' | 'calendar'>;

/** The standing of the named jobs, or of all. Throws `config.no-jobs`, `usage.unknown-job`. */
export async function gatherStatus(
  sources: StatusSources,
  names: readonly string[],
  now: number,
): Promise<readonly JobStatus[]> {
  const { store, configuration, calendar } = sources;
  const jobs = chosenJobs(configuration, names);
  const latest = { good: await store.latest(good), ended: await store.latest(ended), open: await store.open() };
  const statuses: JobStatus[] = [];
  for (const job of jobs) {
    for (const repository of job.repositories) {
      const past = await pastOf(store, latest, job.id, repository);
      const current = latest.open.find(({ run }) => run.job === job.id && run.repository === repository);
      const leftBehind = current !== undefined && isLeftBehind(current.run, current.lease, now);
      const next = await nextRun(sources, { job, repository, lastSuccess: past.lastSuccess, current }, now);
      const lastAttempt = current?.run ?? past.lastAttempt;
      statuses.push(judge({ job, repository, ...past, lastAttempt, leftBehind, next }, calendar, now));
    }
  }
  return statuses;
}

const good: readonly RunState[] = ['succeeded', 'warning'];
const ended: readonly RunState[] = [...good, 'failed', 'cancelled'];

const isVerified = (run: RunRecord): boolean => run.verification?.ok === true;
const isReal = (run: RunRecord): boolean => !isDryRun(run);

interface Latest {
  readonly good: readonly RunRecord[];
  readonly ended: readonly RunRecord[];
}

type Past = Pick<JobStatus, 'lastSuccess' | 'lastAttempt' | 'lastVerified'>;

/** The newest runs answer for nearly every job; only behind a dry run or an unverified one earlier ones are read. */
async function pastOf(store: StateStore, latest: Latest, job: string, repository: string): Promise<Past> {
  const newest = async (
    runs: readonly RunRecord[],
    states: readonly RunState[],
    ...wanted: readonly ((run: RunRecord) => boolean)[]
  ): Promise<readonly (RunRecord | undefined)[]> => {
    const first = runs.find((run) => run.job === job && run.repository === repository);
    const answers = first === undefined || wanted.every((fits) => fits(first));
    const found = answers ? [first] : await store.runs({ job, repository, states, limit: depth });
    return wanted.map((fits) => found.find((run) => run !== undefined && fits(run)));
  };
  const [lastSuccess, lastVerified] = await newest(latest.good, good, countsAsSuccess, isVerified);
  const [lastAttempt] = await newest(latest.ended, ended, isReal);
  return { lastSuccess, lastVerified, lastAttempt };
}

function chosenJobs(configuration: Configuration, names: readonly string[]): readonly JobDefinition[] {
  if (configuration.jobs.size === 0) {
    throw new UmbraError('config.no-jobs', 'the configuration has no jobs', {
      hint: 'Add one: umbra job add NAME SOURCE.',
    });
  }
  return names.length === 0 ? [...configuration.jobs.values()] : names.map((name) => jobNamed(configuration, name));
}
