import type { DurationMs, JobDefinition, RepositoryName, RunRecord, StateStore } from '@umbracore/contracts';
import type { Course } from '@umbracore/coordinator-core';

/** So many of the newest runs say how long the next one will take. */
const depth = 50;
/** Of a job that never ran. */
export const guessedMs: DurationMs = 10 * 60_000;

/** How runs of one job and repository went. */
export interface RunLengths {
  readonly job: string;
  /** Empty for a kind that works on none. */
  readonly repository: RepositoryName;
  /** The median of its good runs, or a guess. */
  readonly typicalMs: DurationMs;
  /** How many runs that is known from; 0 means that it is guessed. */
  readonly known: number;
  /** Share of its runs that failed, 0 to 1. */
  readonly failing: number;
  /** Shortest first. */
  readonly lengthsMs: readonly DurationMs[];
}

export async function runLengthsOf(
  store: StateStore,
  { id: job }: JobDefinition,
  repository: RepositoryName,
): Promise<RunLengths> {
  const found = await store.runs({ job, repository, states: ['succeeded', 'warning', 'failed'], limit: depth });
  const runs = found.filter(({ plan }) => plan.options.dryRun !== true);
  const good = runs.filter(({ state }) => state !== 'failed');
  const lengthsMs = good.flatMap(lengthOf).toSorted((one, other) => one - other);
  const middle = lengthsMs[Math.floor((lengthsMs.length - 1) / 2)];
  const failing = runs.length === 0 ? 0 : (runs.length - good.length) / runs.length;
  return { job, repository, typicalMs: middle ?? guessedMs, known: lengthsMs.length, failing, lengthsMs };
}

const lengthOf = ({ startedAt, finishedAt }: RunRecord): readonly DurationMs[] =>
  startedAt === null || finishedAt === null ? [] : [Math.max(0, finishedAt - startedAt)];

/** As usual without a source of chance; with one, as long as some earlier run took, and failing as often as they did. */
export function courseFrom({ typicalMs, lengthsMs, failing }: RunLengths, random: (() => number) | undefined): Course {
  if (random === undefined) return { lengthMs: typicalMs, outcome: 'succeeded' };
  const lengthMs = lengthsMs[Math.floor(random() * lengthsMs.length)] ?? typicalMs;
  return { lengthMs, outcome: random() < failing ? 'failed' : 'succeeded' };
}
