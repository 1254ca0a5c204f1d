import {
  UmbraError,
  type Configuration,
  type ForgetJobDefinition,
  type JobDefinition,
  type JobId,
  type RepositoryName,
} from '@umbracore/contracts';
import { jobNamed, repositoryNamed } from '../status/names.ts';

/** A forget job on one of its repositories. */
export interface WantedForget {
  readonly job: JobId;
  readonly repository: RepositoryName;
  /** Only snapshots of these jobs; empty means of all that the forget job takes. */
  readonly only: readonly JobId[];
}

/**
 * The forget jobs that names stand for: themselves, or those that decide about the snapshots of a job that makes some; without
 * names all that are enabled. Throws `config.no-policy` if nothing says what stays, and `usage.*`.
 */
export function chooseForgets(
  configuration: Configuration,
  names: readonly string[],
  repository?: RepositoryName,
): readonly WantedForget[] {
  if (repository !== undefined) repositoryNamed(configuration, repository);
  const forgets = [...configuration.jobs.values()].filter((job) => job.kind === 'forget');
  const wanted =
    names.length === 0
      ? forgets.filter(({ enabled }) => enabled).flatMap((forget) => onEach(forget, []))
      : names.flatMap((name) => wantedFor(jobNamed(configuration, name), forgets));
  const chosen = wanted.filter((one) => repository === undefined || one.repository === repository);
  if (chosen.length === 0) throw noPolicy(names.length === 0 ? undefined : names.join(', '), repository);
  return merged(chosen);
}

function wantedFor(job: JobDefinition, forgets: readonly ForgetJobDefinition[]): readonly WantedForget[] {
  if (job.kind === 'forget') return onEach(job, []);
  if (job.kind !== 'backup') {
    throw new UmbraError('usage.invalid', `"${job.id}" is a ${job.kind} job: it has no snapshots of its own`, {
      hint: 'Name a backup job, or a forget job.',
    });
  }
  const concerned = forgets.filter(({ jobs }) => jobs.length === 0 || jobs.includes(job.id));
  if (concerned.length === 0) throw noPolicy(job.id, undefined);
  return concerned.flatMap((forget) => onEach(forget, [job.id]));
}

const onEach = ({ id, repositories }: ForgetJobDefinition, only: readonly JobId[]): readonly WantedForget[] =>
  repositories.map((repository) => ({ job: id, repository, only }));

/** Each forget job once on each repository; whoever names it as a whole means all of it. */
function merged(wanted: readonly WantedForget[]): readonly WantedForget[] {
  const found = new Map<string, WantedForget>();
  for (const one of wanted) {
    const key = JSON.stringify([one.job, one.repository]);
    const known = found.get(key);
    const isWhole = one.only.length === 0 || known?.only.length === 0;
    found.set(key, { ...one, only: isWhole ? [] : [...new Set([...(known?.only ?? []), ...one.only])] });
  }
  return [...found.values()];
}

function noPolicy(whose: string | undefined, repository: RepositoryName | undefined): UmbraError {
  const of = whose === undefined ? '' : ` of ${whose}`;
  const where = repository === undefined ? '' : ` in ${repository}`;
  return new UmbraError('config.no-policy', `nothing says which snapshots${of} stay${where}: all of them do`, {
    hint: 'Add a job that does, such as tidy: { forget: { daily: 7, weekly: 4, monthly: 12 } }.',
  });
}
