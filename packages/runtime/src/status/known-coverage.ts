import {
  isUmbraError,
  toUmbraError,
  type Calendar,
  type CheckJobDefinition,
  type Clock,
  type Configuration,
  type Coverage,
  type DurationMs,
  type JobId,
  type Repositories,
  type RepositoryDefinition,
} from '@umbracore/contracts';
import { intervalAround, rhythmsIn } from '@umbracore/coordinator-core';

const day: DurationMs = 86_400_000;
const usuallyWithinMs = 30 * day;

/** What is known of how much of a repository was read. */
export interface KnownCoverage {
  readonly repository: RepositoryDefinition;
  /** Undefined if nothing can be known; `problem` says why. */
  readonly coverage: Coverage | undefined;
  readonly problem: string | undefined;
  /** The check job that reads all of it again. */
  readonly wanted: { readonly job: JobId; readonly withinMs: DurationMs; readonly bytesPerDay: number } | undefined;
}

export interface CoverageSources {
  readonly configuration: Configuration;
  readonly repositories: Repositories;
  readonly calendar: Calendar;
  readonly clock: Clock;
}

/** Asks what is remembered, not the repository itself. */
export async function knownCoverage(
  sources: CoverageSources,
  repository: RepositoryDefinition,
  signal?: AbortSignal,
): Promise<KnownCoverage> {
  const job = jobFor(sources.configuration, repository.name);
  const wanted = job?.readAll && { job: job.id, ...job.readAll };
  try {
    const backend = await sources.repositories.backend(repository, signal);
    const coverage = await backend.coverage(paceFor(sources, job), { signal });
    return { repository, coverage, wanted, problem: undefined };
  } catch (thrown) {
    if (isUmbraError(thrown) && thrown.code === 'run.cancelled') throw thrown;
    const { code, message } = toUmbraError(thrown);
    const problem =
      code === 'backend.unsupported' ? 'only restic reads this repository, and does not remember' : message;
    return { repository, coverage: undefined, wanted, problem };
  }
}

/** The one that wants it soonest. */
function jobFor({ jobs }: Configuration, repository: string): CheckJobDefinition | undefined {
  const within = ({ readAll }: CheckJobDefinition): number => readAll?.withinMs ?? Number.POSITIVE_INFINITY;
  return [...jobs.values()]
    .filter((job): job is CheckJobDefinition => job.kind === 'check' && job.enabled && job.readAll !== undefined)
    .filter((job) => job.repositories.includes(repository))
    .sort((one, other) => within(one) - within(other))[0];
}

function paceFor({ configuration, calendar, clock }: CoverageSources, job: CheckJobDefinition | undefined) {
  if (job?.readAll === undefined) return usuallyWithinMs;
  const { withinMs, bytesPerDay: atMostBytes } = job.readAll;
  const everyMs = intervalAround(rhythmsIn(configuration.jobs)(job), calendar, clock.now()) ?? day;
  return { withinMs, atMostBytes, everyMs };
}
