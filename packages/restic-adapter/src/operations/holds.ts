import type { Operation } from '@umbracore/contracts';
import { holdsSnapshot } from '../local-repository.ts';
import type { Restic } from '../restic.ts';
import { isFullId } from '../snapshot-ids.ts';

/** Local: the file is there and its content has the hash that is its name. Elsewhere restic is asked. */
export async function holds(restic: Restic, snapshot: string, operation: Operation): Promise<boolean> {
  if (!isFullId(snapshot)) return false;
  if (restic.location.kind === 'local') return holdsSnapshot(restic.location.path, snapshot);
  const { readSnapshots } = await import('./snapshots.ts');
  const found = await readSnapshots(restic, { ids: [snapshot] }, operation);
  return found.some(({ id }) => id === snapshot);
}
