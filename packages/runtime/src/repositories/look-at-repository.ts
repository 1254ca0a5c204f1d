import type {
  Coverage,
  LookedAt,
  Operation,
  Repositories,
  RepositoryDefinition,
  RepositoryHealth,
  RepositoryStatistics,
} from '@umbracore/contracts';
import { foundDamage } from './found-damage.ts';

const monthMs = 30 * 86_400_000;

/** A repository as it is now, as far as it can be told. */
export interface RepositoryLook {
  readonly health: RepositoryHealth;
  /** Undefined where it is not ready, or its backend cannot tell. */
  readonly statistics: RepositoryStatistics | undefined;
  readonly coverage: Coverage | undefined;
  /** What a check found, and nothing has found mended since. */
  readonly damage: LookedAt | undefined;
}

/** Health, locks and size of a repository. One that cannot be opened is a result as well. */
export async function lookAtRepository(
  { repositories, paths }: { readonly repositories: Repositories; readonly paths: { readonly stateDir: string } },
  definition: RepositoryDefinition,
  operation: Operation = {},
): Promise<RepositoryLook> {
  const health = await repositories.health(definition, operation);
  const backend = health.state === 'ready' ? await repositories.backend(definition, operation.signal) : undefined;
  return {
    health,
    statistics: backend?.supports.has('statistics') === true ? await backend.statistics(operation) : undefined,
    coverage: backend?.supports.has('check-new') === true ? await backend.coverage(monthMs, operation) : undefined,
    damage: await foundDamage(paths.stateDir, definition),
  };
}
