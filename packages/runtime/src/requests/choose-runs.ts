import { UmbraError, type JobDefinition } from '@umbracore/contracts';
import type { Runtime } from '../compose.ts';
import { jobNamed } from '../status/names.ts';

/** A job to ask for. */
export interface WantedRun {
  readonly job: string;
  readonly trigger: 'manual';
}

/** What is needed to choose. */
export type RunSources = Pick<Runtime, 'configuration' | 'coordinator'>;

/** Which jobs somebody wants to run: by name, all that are enabled, those that are due, or those with a tag. */
export interface WantedJobs {
  readonly all?: boolean | undefined;
  readonly due?: boolean | undefined;
  readonly tag?: readonly string[] | undefined;
}

/** Throws `usage.invalid` if jobs are named in more than one way. */
export function refuseTwoWays(names: readonly string[], { all = false, due = false, tag = [] }: WantedJobs): void {
  if ([names.length > 0, all, due, tag.length > 0].filter(Boolean).length <= 1) return;
  const message = 'job names, --all, --due and --tag exclude each other';
  throw new UmbraError('usage.invalid', message, { hint: 'Give one of them.' });
}

/** What a call that does not ask for what is due means, in order; never empty. Throws `usage.*`. */
export function chooseRuns(
  { configuration }: Pick<RunSources, 'configuration'>,
  names: readonly string[],
  wanted: WantedJobs,
): readonly WantedRun[] {
  refuseTwoWays(names, wanted);
  const { all = false, tag = [] } = wanted;
  if (names.length > 0) return byHand([...new Set(names)].map((name) => jobNamed(configuration, name)));
  const enabled = [...configuration.jobs.values()].filter((job) => job.enabled);
  if (all) return byHand(outsideOfChains(demandSome(enabled, 'every job is disabled', 'Enable one: `enabled: true`.')));
  if (tag.length === 0) return byHand([onlyJob(configuration.jobs)]);
  const tagged = enabled.filter((job) => job.tags.some((each) => tag.includes(each)));
  return byHand(demandSome(tagged, `no enabled job has the tag ${tag.join(' or ')}`, 'See `umbra job list`.'));
}

const byHand = (jobs: readonly JobDefinition[]): readonly WantedRun[] =>
  jobs.map(({ id }) => ({ job: id, trigger: 'manual' }));

/** Without those that one of the chains runs: they are run in its order, and not twice. */
function outsideOfChains(jobs: readonly JobDefinition[]): readonly JobDefinition[] {
  const inside = new Set(jobs.flatMap((job) => (job.kind === 'chain' ? job.nodes.map((node) => node.job) : [])));
  return jobs.filter(({ id }) => !inside.has(id));
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
