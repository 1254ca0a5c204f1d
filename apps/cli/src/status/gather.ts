import { UmbraError, type Configuration, type JobDefinition, type RunRecord } from '@umbracore/contracts';
import type { History } from '@umbracore/runtime';
import { jobNamed } from '../names.ts';
import { judge, type JobStatus } from './judge.ts';
import { isLeftBehind } from './left-behind.ts';

/** How many runs back a real success and a successful verification are looked for. */
const depth = 100;

/** The standing of the named jobs, or of all. Throws `config.no-jobs`, `usage.unknown-job`. */
export async function gatherStatus(
  { store, configuration, calendar }: History,
  names: readonly string[],
  now: number,
): Promise<readonly JobStatus[]> {
  const jobs = chosenJobs(configuration, names);
  const successes = await store.latest(['succeeded', 'warning']);
  const ended = await store.latest(['succeeded', 'warning', 'failed', 'cancelled']);
  const open = await store.open();
  const statuses: JobStatus[] = [];
  for (const job of jobs) {
    for (const repository of job.repositories) {
      const of = (runs: readonly RunRecord[]): RunRecord | undefined =>
        runs.find((run) => run.job === job.id && run.repository === repository);
      const newest = of(successes);
      const proved = newest === undefined || (isReal(newest) && isVerified(newest));
      const earlier = proved
        ? []
        : await store.runs({ job: job.id, repository, states: ['succeeded', 'warning'], limit: depth });
      const lastSuccess = newest !== undefined && isReal(newest) ? newest : earlier.find(isReal);
      const lastVerified = proved ? newest : earlier.find(isVerified);
      const current = open.find(({ run }) => run.job === job.id && run.repository === repository);
      const leftBehind = current !== undefined && isLeftBehind(current.run, current.lease, now);
      const lastAttempt = current?.run ?? of(ended);
      const facts = { job, repository, lastSuccess, lastAttempt, lastVerified, leftBehind };
      statuses.push(judge(facts, calendar, now));
    }
  }
  return statuses;
}

const isVerified = (run: RunRecord): boolean => run.verification?.ok === true;
/** A dry run saves nothing. */
const isReal = (run: RunRecord): boolean => run.plan.options.dryRun !== true;

function chosenJobs(configuration: Configuration, names: readonly string[]): readonly JobDefinition[] {
  if (configuration.jobs.size === 0) {
    throw new UmbraError('config.no-jobs', 'the configuration has no jobs', {
      hint: 'Add one: umbra job add NAME SOURCE.',
    });
  }
  return names.length === 0 ? [...configuration.jobs.values()] : names.map((name) => jobNamed(configuration, name));
}
