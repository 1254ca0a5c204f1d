import {
  isUmbraError,
  Secret,
  toUmbraError,
  type Calendar,
  type CheckJobDefinition,
  type Clock,
  type Configuration,
  type Coverage,
  type DurationMs,
  type Instant,
  type JobId,
  type Repositories,
  type RepositoryDefinition,
  type StateStore,
} from '@umbracore/contracts';
import { intervalAround, rhythmsIn } from '@umbracore/coordinator-core';
import { damageRecord } from '../repositories/found-damage.ts';
import { readParts, type ReadParts } from './read-parts.ts';

const day: DurationMs = 86_400_000;
/** Where there is a password nobody asks for it: what is remembered is not in the repository. */
const unused = new Secret('unused');
const usuallyWithinMs = 30 * day;
/** So many checks are looked through: a year of them, three a day. */
const runsAsked = 1000;
const states = ['succeeded', 'warning'] as const;

/** What is known of how much of a repository was read. */
export interface KnownCoverage {
  readonly repository: RepositoryDefinition;
  /** Undefined where only restic reads it; `problem` says why. */
  readonly coverage: Coverage | undefined;
  /** What restic's own checks have read of it, where nothing else can be known. */
  readonly parts: ReadParts | undefined;
  /** When damage was found that nothing has found mended since. */
  readonly damagedAt: Instant | undefined;
  readonly problem: string | undefined;
  /** The check job that reads all of it again. */
  readonly wanted: { readonly job: JobId; readonly withinMs: DurationMs; readonly bytesPerDay: number } | undefined;
}

export interface CoverageSources {
  readonly store: StateStore;
  readonly paths: { readonly stateDir: string };
  readonly configuration: Configuration;
  readonly repositories: Repositories;
  readonly calendar: Calendar;
  readonly clock: Clock;
}

/** Asks what is remembered and the history, not the repository itself: no secret is needed for it. */
export async function knownCoverage(
  sources: CoverageSources,
  repository: RepositoryDefinition,
  signal?: AbortSignal,
): Promise<KnownCoverage> {
  const job = jobFor(sources.configuration, repository.name);
  const wanted = job?.readAll && { job: job.id, ...job.readAll };
  const { found, mended } = await damageRecord(sources.paths.stateDir, repository);
  try {
    const backend = await sources.repositories.backendOf({ definition: repository, password: unused, env: {} });
    const coverage = await backend.coverage(paceFor(sources, job), { signal });
    const damagedAt = coverage.damagedAt ?? found[0]?.at;
    return { repository, coverage, parts: undefined, damagedAt, wanted, problem: undefined };
  } catch (thrown) {
    if (isUmbraError(thrown) && thrown.code === 'run.cancelled') throw thrown;
    const { code, message } = toUmbraError(thrown);
    const damagedAt = found[0]?.at;
    if (code !== 'backend.unsupported') {
      return { repository, coverage: undefined, parts: undefined, damagedAt, wanted, problem: message };
    }
    const checks = await sources.store.runs({
      repository: repository.name,
      states,
      kinds: ['check'],
      limit: runsAsked,
    });
    const asked = { withinMs: wanted?.withinMs ?? usuallyWithinMs, now: sources.clock.now() };
    const parts = readParts(checks, mended, asked);
    const problem =
      parts.readShare === 0
        ? `only ${repository.backend} reads this repository, and no check has read its data yet`
        : undefined;
    return { repository, coverage: undefined, parts, damagedAt, wanted, problem };
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
