import { baseTag, jobTag, runTag } from '@umbracore/contracts';
import { addressOf, type RequestOf } from '../protocol/requests.ts';
import type { Policy, PolicyLocation, PolicyRepository, PolicyVolume } from './policy.ts';

/** What the policy says to a request. */
export type Permit<T> =
  ({ readonly allowed: true } & T) | { readonly allowed: false; readonly why: string; readonly hint: string };

const refuse = (
  why: string,
  hint: string,
): { readonly allowed: false; readonly why: string; readonly hint: string } => ({
  allowed: false,
  why,
  hint,
});

const writeAnew = 'Let root compare the policy with what `umbra helper policy` prints now.';

/** Maps come from JSON: what they have of themselves is no entry. */
function entry<T>(map: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(map, name) ? map[name] : undefined;
}

type JobAt = { readonly job: Policy['jobs'][string]; readonly repository: PolicyRepository };

function jobAt({ jobs, repositories }: Policy, jobName: string, name: string): Permit<JobAt> {
  const job = entry(jobs, jobName);
  if (job === undefined) return refuse(`The policy has no job ${jobName}`, writeAnew);
  const repository = job.repositories.includes(name) ? entry(repositories, name) : undefined;
  if (repository === undefined) return refuse(`The policy does not let job ${jobName} save to ${name}`, writeAnew);
  return { allowed: true, job, repository };
}

/** Which of the two is right only root can say. What the caller reads there later would not be what was saved. */
const elsewhere = (name: string) => refuse(`The policy has another address for repository ${name}`, writeAnew);

/** Whether the policy has these sources for the job. */
export function permitLook(policy: Policy, { job, repository, sources }: RequestOf<'look'>): Permit<JobAt> {
  const found = jobAt(policy, job, repository);
  if (!found.allowed) return found;
  const other = sources.find((source) => !found.job.sources.includes(source));
  return other === undefined ? found : refuse(`The policy does not let job ${job} look at ${other}`, writeAnew);
}

/** Whether the policy has exactly this backup: fewer sources are one that is not there today, everything else has to be the same. */
export function permitBackup(policy: Policy, request: RequestOf<'backup'>): Permit<JobAt> {
  const found = jobAt(policy, request.job, request.repository);
  if (!found.allowed) return found;
  if (request.address !== addressOf(found.repository.location)) return elsewhere(request.repository);
  const difference = differenceOf(found.job, request);
  if (difference === undefined) return found;
  return refuse(`The policy has ${difference} for job ${request.job}`, writeAnew);
}

function differenceOf(job: JobAt['job'], { job: name, spec, frozen }: RequestOf<'backup'>): string | undefined {
  const other = spec.sources.find((source) => !job.sources.includes(source));
  if (other !== undefined) return `no source ${other}`;
  if (!areSame(job.excludes, spec.excludes)) return 'other excludes';
  if (!areSame(job.excludeIfPresent, spec.excludeIfPresent)) return 'another excludeIfPresent';
  if (job.excludeCaches !== spec.excludeCaches) return 'another excludeCaches';
  if (job.snapshot !== undefined && frozen === undefined) return `snapshot: ${job.snapshot}`;
  if (job.snapshot === undefined && frozen !== undefined) return 'no snapshot';
  if (job.oneFileSystem !== spec.oneFileSystem) return 'another oneFileSystem';
  return areTagsOf(name, job.tags, spec.tags) ? undefined : 'other tags';
}

const areSame = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((item, index) => item === other[index]);

/** The tags by which recovery and retention go come first, and are of this job. */
function areTagsOf(job: string, own: readonly string[], tags: readonly string[]): boolean {
  const [run = '', ofJob, ...rest] = tags;
  const isRun = /^r-[0-9A-Z]{16}$/.test(run.slice(runTag('').length)) && run.startsWith(runTag(''));
  const others = rest[0] === baseTag ? rest.slice(1) : rest;
  return isRun && ofJob === jobTag(job) && areSame(own, others);
}

/** Whether the policy lets the sources of this job be kept as they are for a while, and in this way. */
export function permitFreeze(policy: Policy, request: RequestOf<'freeze'>): Permit<JobAt> {
  const found = jobAt(policy, request.job, request.repository);
  if (!found.allowed || found.job.snapshot === request.snapshot) return found;
  const difference = found.job.snapshot === undefined ? 'no snapshot' : `snapshot: ${found.job.snapshot}`;
  return refuse(`The policy has ${difference} for job ${request.job}`, writeAnew);
}

export const permitThaw = (policy: Policy, { job, repository }: RequestOf<'thaw'>): Permit<JobAt> =>
  jobAt(policy, job, repository);

type RepositoryAt = { readonly repository: PolicyRepository };

export function permitRestore(
  policy: Policy,
  { repository: name, address, include, exclude }: RequestOf<'restore'>,
): Permit<RepositoryAt> {
  const repository = entry(policy.repositories, name);
  if (repository === undefined) return refuse(`The policy has no repository ${name}`, writeAnew);
  if (address !== addressOf(repository.location)) return elsewhere(name);
  if (!repository.restore)
    return refuse(`The policy lets nobody restore from ${name}`, `Let root write "restore": true at ${name}.`);
  if (include.length > 0 && exclude.length > 0)
    return refuse('restic cannot include and exclude in the same restore', 'Use either.');
  return { allowed: true, repository };
}

export function permitVolume(policy: Policy, name: string): Permit<{ readonly volume: PolicyVolume }> {
  const volume = entry(policy.volumes, name);
  return volume === undefined
    ? refuse(`The policy has no volume ${name}`, 'Let root add it to "volumes" of the policy.')
    : { allowed: true, volume };
}

export function permitMount(policy: Policy, name: string): Permit<{ readonly location: PolicyLocation }> {
  const location = entry(policy.locations, name);
  return location === undefined
    ? refuse(`The policy has no location ${name}`, 'Let root add it to "locations" of the policy.')
    : { allowed: true, location };
}
