import { UmbraError, type JobDefinition } from '@umbracore/contracts';
import type { Runtime } from '@umbracore/runtime';
import type { RunFlags } from '../commands/run.ts';
import { jobNamed } from '../names.ts';

/** The jobs that a call means, in order. Empty only if nothing is due. Throws `usage.*`. */
export async function chooseJobs(
  runtime: Runtime,
  names: readonly string[],
  flags: RunFlags,
): Promise<readonly JobDefinition[]> {
  const { configuration } = runtime;
  const { all = false, due = false, tag = [] } = flags;
  if ([names.length > 0, all, due, tag.length > 0].filter(Boolean).length > 1) {
    throw new UmbraError('usage.invalid', 'job names, --all, --due and --tag exclude each other', {
      hint: 'Give one of them.',
    });
  }
  if (names.length > 0) return [...new Set(names)].map((name) => jobNamed(configuration, name));
  const enabled = [...configuration.jobs.values()].filter((job) => job.enabled);
  if (all) return demandSome(enabled, 'every job is disabled', 'Enable one: `enabled: true`.');
  if (due) return jobsDue(runtime, enabled);
  if (tag.length > 0) {
    const tagged = enabled.filter((job) => job.tags.some((each) => tag.includes(each)));
    return demandSome(tagged, `no enabled job has the tag ${tag.join(' or ')}`, 'See `umbra job list`.');
  }
  return [onlyJob(configuration.jobs)];
}

function demandSome(jobs: readonly JobDefinition[], message: string, hint: string): readonly JobDefinition[] {
  if (jobs.length === 0) throw new UmbraError('usage.invalid', message, { hint });
  return jobs;
}

function onlyJob(jobs: ReadonlyMap<string, JobDefinition>): JobDefinition {
  const [only, ...more] = jobs.values();
  if (only !== undefined && more.length === 0) return only;
  throw new UmbraError('usage.invalid', 'which job?', {
    hint: `Name one of: ${[...jobs.keys()].join(', ')}; or --all.`,
  });
}

/** Those whose last slot has no run yet. */
async function jobsDue(
  { store, calendar, clock }: Runtime,
  jobs: readonly JobDefinition[],
): Promise<readonly JobDefinition[]> {
  const due: JobDefinition[] = [];
  for (const job of jobs) {
    const slots = job.schedules.flatMap((schedule) => calendar.previous(schedule, clock.now())?.at ?? []);
    const last = Math.max(...slots);
    const since = slots.length === 0 ? [] : await store.runs({ job: job.id, since: last });
    if (slots.length > 0 && !coversAll(job, since)) due.push(job);
  }
  return due;
}

const coversAll = (job: JobDefinition, runs: readonly { readonly repository: string }[]): boolean =>
  job.repositories.every((repository) => runs.some((run) => run.repository === repository));
