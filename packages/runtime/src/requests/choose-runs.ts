import { UmbraError, type JobDefinition, type Slot } from '@umbracore/contracts';
import type { Runtime } from '../compose.ts';
import { jobNamed } from '../status/names.ts';

/** A run to ask for: of a whole job on request, of one repository for a slot. */
export interface WantedRun {
  readonly job: string;
  readonly repository?: string;
  readonly trigger: 'manual' | 'schedule';
  readonly slot?: Slot;
}

/** What is needed to choose. */
export type RunSources = Pick<Runtime, 'configuration' | 'coordinator' | 'calendar' | 'clock'>;

/** Which jobs somebody wants to run: by name, all that are enabled, those that are due, or those with a tag. */
export interface WantedJobs {
  readonly all?: boolean | undefined;
  readonly due?: boolean | undefined;
  readonly tag?: readonly string[] | undefined;
}

/** What a call means, in order. Empty only if nothing is due. Throws `usage.*`. */
export async function chooseRuns(
  runtime: RunSources,
  names: readonly string[],
  wanted: WantedJobs,
): Promise<readonly WantedRun[]> {
  const { configuration } = runtime;
  const { all = false, due = false, tag = [] } = wanted;
  if ([names.length > 0, all, due, tag.length > 0].filter(Boolean).length > 1) {
    const message = 'job names, --all, --due and --tag exclude each other';
    throw new UmbraError('usage.invalid', message, { hint: 'Give one of them.' });
  }
  if (names.length > 0) return byHand([...new Set(names)].map((name) => jobNamed(configuration, name)));
  const enabled = [...configuration.jobs.values()].filter((job) => job.enabled);
  if (due) return runsDue(runtime, enabled);
  if (all) return byHand(demandSome(enabled, 'every job is disabled', 'Enable one: `enabled: true`.'));
  if (tag.length === 0) return byHand([onlyJob(configuration.jobs)]);
  const tagged = enabled.filter((job) => job.tags.some((each) => tag.includes(each)));
  return byHand(demandSome(tagged, `no enabled job has the tag ${tag.join(' or ')}`, 'See `umbra job list`.'));
}

const byHand = (jobs: readonly JobDefinition[]): readonly WantedRun[] =>
  jobs.map(({ id }) => ({ job: id, trigger: 'manual' }));

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

/** The slots that the coordinator's own decision would start now. */
async function runsDue(
  { coordinator, calendar, clock }: RunSources,
  jobs: readonly JobDefinition[],
): Promise<readonly WantedRun[]> {
  const due: WantedRun[] = [];
  for (const job of jobs) {
    const slots = job.schedules.flatMap((schedule) => calendar.previous(schedule, clock.now()) ?? []);
    const slot = slots.sort((one, other) => one.at - other.at).at(-1);
    if (slot === undefined) continue;
    for (const repository of job.repositories) {
      const { verdict } = await coordinator.explain(job.id, undefined, repository);
      if (verdict.type === 'start') due.push({ job: job.id, repository, trigger: 'schedule', slot });
    }
  }
  return due;
}
