import { toUmbraError } from '@umbracore/contracts';
import type { RepositoryDefinition } from '@umbracore/contracts';
import type { CoordinatorPorts } from './ports.ts';

/** Small work on a repository outside of any run. Once more if a lock was in its way that a dead process had left. */
export async function despiteDeadLocks<T>(
  { repositories }: Pick<CoordinatorPorts, 'repositories'>,
  { repository, signal }: { readonly repository: RepositoryDefinition; readonly signal?: AbortSignal | undefined },
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (toUmbraError(thrown).code !== 'repository.locked') throw thrown;
    const { removed } = await repositories.heal(repository, [], { signal });
    if (removed.length === 0) throw thrown;
    return await work();
  }
}
