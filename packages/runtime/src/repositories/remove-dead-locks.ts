import type { HealReport, Operation, Repositories, RepositoryDefinition } from '@umbracore/contracts';
import type { RecoverOptions } from '@umbracore/coordinator-core';

interface UnlockSources {
  readonly repositories: Repositories;
  readonly coordinator: { recover(options: RecoverOptions): Promise<unknown> };
}

/** Removes the locks whose owners are provably gone, and no other. Rejects for a repository that does not open. */
export async function removeDeadLocks(
  { repositories, coordinator }: UnlockSources,
  definition: RepositoryDefinition,
  operation: Operation = {},
): Promise<HealReport> {
  // Engines of runs that died are settled first: their locks are the likeliest ones, and recovery knows them by name.
  await coordinator.recover({ certain: true, signal: operation.signal });
  operation.signal?.throwIfAborted();
  const report = await repositories.heal(definition, [], operation);
  // A folder whose disk is not mounted shows no locks either.
  if (report.verdicts.length === 0) await (await repositories.backend(definition, operation.signal)).open(operation);
  return report;
}
