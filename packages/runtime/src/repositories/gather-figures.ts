import type {
  DurationMs,
  Instant,
  Repositories,
  RepositoryDefinition,
  StateStore,
  StatisticsOperation,
} from '@umbracore/contracts';
import { rememberSize } from './measured-size.ts';
import { figuresOf, type Growth, type RepositoryFigures } from './figures.ts';

/** Growth is that of so much time. */
const lookBackMs: DurationMs = 30 * 24 * 3_600_000;

export interface FiguresSources {
  readonly repositories: Repositories;
  readonly store: StateStore;
  readonly clock: { now(): Instant };
  /** Where its size is kept, for those who do not look themselves. */
  readonly paths: { readonly stateDir: string };
}

/** What a repository holds and how it grows. Throws what its backend does, `backend.unsupported` included. */
export async function gatherFigures(
  { repositories, store, clock, paths }: FiguresSources,
  definition: RepositoryDefinition,
  operation: StatisticsOperation = {},
): Promise<RepositoryFigures> {
  const backend = await repositories.backend(definition, operation.signal);
  const statistics = await backend.statistics(operation);
  const now = clock.now();
  await rememberSize(paths.stateDir, definition.name, { storedBytes: statistics.storedBytes, at: now });
  return figuresOf(statistics, await growthOf(store, definition.name, now), definition.quotaBytes, now);
}

/** What runs of the last 30 days have stored; counted from the first of them if that is younger. */
async function growthOf(store: StateStore, repository: string, now: Instant): Promise<Growth> {
  const runs = await store.runs({ repository, states: ['succeeded', 'warning'], since: now - lookBackMs });
  const backups = runs.filter(({ stats, plan }) => stats !== null && plan.options.dryRun !== true);
  const first = backups.at(-1);
  if (first === undefined) return { bytes: 0, overMs: 0 };
  // What the first one stored came before that time.
  const later = backups.slice(0, -1).map(({ stats }) => stats?.bytesStored ?? stats?.bytesAdded ?? 0);
  return { bytes: later.reduce((sum, bytes) => sum + bytes, 0), overMs: now - first.queuedAt };
}
