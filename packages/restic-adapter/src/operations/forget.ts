import { type Operation, UmbraError } from '@umbracore/contracts';
import { snapshotsLike } from '../local-repository.ts';
import { ProgressMeter } from '../progress.ts';
import type { Restic } from '../restic.ts';
import { checkFullIds } from '../snapshot-ids.ts';

/** A command line has room for some 30 000 ids. */
const idsPerCall = 5000;

/** Removes exactly these snapshots; what only they needed stays until the next prune. */
export async function forget(restic: Restic, snapshots: readonly string[], operation: Operation): Promise<void> {
  checkFullIds(snapshots);
  const meter = new ProgressMeter('forgetting', operation.report);
  meter.start();
  for (let start = 0; start < snapshots.length; start += idsPerCall) {
    // A spool folder serves one engine only.
    const own = start === 0 ? operation : { ...operation, spool: undefined };
    await forgetSome(restic, snapshots.slice(start, start + idsPerCall), own);
  }
  await checkGone(restic, snapshots);
  meter.finish({ files: 0, bytes: 0 });
}

async function forgetSome(restic: Restic, ids: readonly string[], operation: Operation): Promise<void> {
  let refused: string | undefined;
  const stderr = (line: string): void => {
    if (/unable to remove|Ignoring error/i.test(line)) refused ??= restic.mask(line);
  };
  const ended = await restic.supervise({ name: 'forget', operands: ids }, { stderr }, operation);
  restic.throwIfFailed(ended);
  // 0.18 says 0 when it could not delete a single one, for instance on storage that keeps objects locked.
  if (refused !== undefined) throw notRemoved(restic, refused);
}

async function checkGone(restic: Restic, snapshots: readonly string[]): Promise<void> {
  const { location } = restic;
  if (location.kind !== 'local') return;
  const present = new Set(await snapshotsLike(location.path, ''));
  const left = snapshots.filter((id) => present.has(id));
  if (left.length > 0) throw notRemoved(restic, `${left.length} of ${snapshots.length} are still there`);
}

const notRemoved = ({ name }: Restic, why: string): UmbraError =>
  new UmbraError('repository.permission', `Snapshots of repository ${name} could not be removed: ${why}`, {
    hint: 'Check whether the storage allows deleting.',
  });
