import { UmbraError, type Configuration, type RunPlan, type RunRecord, type StateStore } from '@umbracore/contracts';
import type { BackupCoordinator } from '@umbracore/coordinator-core';
import type { ThrottledJob, ThrottledRun } from '../documents/throttle-document.ts';

export interface ThrottleSources {
  readonly coordinator: Pick<BackupCoordinator, 'throttling'>;
  readonly store: Pick<StateStore, 'open'>;
  readonly configuration: Configuration;
}

/** Runs that have not ended, and jobs as their sensors stand; of one job or run only if it is named. */
export async function throttleOverview(
  sources: ThrottleSources,
  name?: string,
): Promise<{ readonly runs: readonly ThrottledRun[]; readonly jobs: readonly ThrottledJob[] }> {
  const open = (await sources.store.open()).map(({ run }) => run);
  const runs = open.filter((run) => run.plan.job.kind !== 'chain' && (name === undefined || isMeant(run, name)));
  const isRun = name !== undefined && !sources.configuration.jobs.has(name);
  return {
    runs: await Promise.all(runs.map((record) => throttledRun(sources, record))),
    jobs: isRun ? [] : await throttledJobs(sources, name),
  };
}

/** The runs that a name stands for: those of a job, or one. Throws `usage.unknown-run`. */
export async function runsToThrottle(
  { store }: Pick<ThrottleSources, 'store'>,
  name: string,
): Promise<readonly RunRecord[]> {
  const open = (await store.open()).map(({ run }) => run);
  const meant = open.filter((run) => run.plan.job.kind !== 'chain' && isMeant(run, name));
  if (meant.length > 0) return meant;
  throw new UmbraError('usage.unknown-run', `nothing of "${name}" is running`, {
    hint: 'See what runs: umbra throttle show. What is to hold for every run stands in the `throttle` of its job.',
  });
}

export async function throttledRun({ coordinator }: ThrottleSources, record: RunRecord): Promise<ThrottledRun> {
  const { throttling } = coordinator;
  return { record, state: await throttling.of(record), wish: throttling.wishFor(record.id) };
}

const isMeant = ({ id, job }: RunRecord, name: string): boolean =>
  job === name || id === name || (name.startsWith('r-') && id.startsWith(name));

async function throttledJobs(
  { coordinator, configuration: { jobs, repositories } }: ThrottleSources,
  name: string | undefined,
): Promise<readonly ThrottledJob[]> {
  const plans = [...jobs.values()]
    .filter((job) => job.kind !== 'chain' && (name === undefined || job.id === name))
    .flatMap((job): Pick<RunPlan, 'job' | 'repository' | 'from'>[] => {
      const from = job.kind === 'copy' ? repositories.get(job.from) : undefined;
      if (job.kind === 'command') return [{ job, repository: null }];
      return job.repositories.flatMap((each) => {
        const repository = repositories.get(each);
        return repository === undefined ? [] : [{ job, repository, from }];
      });
    })
    .filter((plan) => name !== undefined || hasPolicy(plan));
  return await Promise.all(
    plans.map(async (plan) => ({
      job: plan.job.id,
      repository: plan.repository?.name ?? '',
      outlook: await coordinator.throttling.outlook(plan),
    })),
  );
}

const hasPolicy = ({ job, repository, from }: Pick<RunPlan, 'job' | 'repository' | 'from'>): boolean =>
  [job.throttle, repository?.throttle, from?.throttle].some((policy) => policy !== undefined);
