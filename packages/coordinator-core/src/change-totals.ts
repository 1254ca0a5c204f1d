import { toUmbraError } from '@umbracore/contracts';
import type { Backend, ChangeTotals, PathChange, Operation } from '@umbracore/contracts';

/** What differs between two snapshots; null if nobody can tell, which is noted. Rejects only if the signal aborts. */
export async function changeTotals(
  backend: Backend,
  from: string,
  to: string,
  operation: Operation,
): Promise<ChangeTotals | null> {
  if (!backend.supports.has('diff')) return null;
  const files = { filesAdded: 0, filesRemoved: 0, filesChanged: 0 };
  const take = (changes: readonly PathChange[]): void => {
    for (const { folder, change } of changes) if (!folder && change !== 'metadata') files[counterOf[change]] += 1;
  };
  try {
    const { addedBytes, removedBytes } = await backend.diff(from, to, { ...operation, take });
    return { ...files, bytesAdded: addedBytes, bytesRemoved: removedBytes };
  } catch (thrown) {
    operation.signal?.throwIfAborted();
    operation.note?.(`What changed since ${from.slice(0, 8)} could not be told: ${toUmbraError(thrown).message}`);
    return null;
  }
}

const counterOf = {
  added: 'filesAdded',
  removed: 'filesRemoved',
  modified: 'filesChanged',
  'type-changed': 'filesChanged',
  suspicious: 'filesChanged',
} as const;
