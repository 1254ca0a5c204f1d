import { type Operation, UmbraError } from '@umbracore/contracts';
import { snapshotsLike } from '../local-repository.ts';
import type { Restic } from '../restic.ts';
import { readSnapshots } from './snapshots.ts';

/** The full id of a snapshot that 0.14 names by 8 characters. A local repository is asked through its files alone. */
export async function fullSnapshotId(restic: Restic, prefix: string, operation: Operation): Promise<string> {
  const { location } = restic;
  const local = location.kind === 'local' ? await snapshotsLike(location.path, prefix).catch(() => []) : [];
  const ids =
    local.length > 0 ? local : (await readSnapshots(restic, { ids: [prefix] }, operation)).map(({ id }) => id);
  const [id, ...others] = ids;
  if (id !== undefined && others.length === 0) return id;
  throw new UmbraError(
    id === undefined ? 'snapshot.absent' : 'snapshot.ambiguous',
    `Snapshot ${prefix} was saved, but ${ids.length} snapshots of repository ${restic.name} have ids that start so`,
  );
}
