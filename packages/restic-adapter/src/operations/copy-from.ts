import type { BackendRepository, Operation } from '@umbracore/contracts';
import { accessTo, packSizeFlags } from '../command.ts';
import { ProgressMeter } from '../progress.ts';
import { Restic } from '../restic.ts';
import { checkFullIds } from '../snapshot-ids.ts';

/** Copies snapshots into this repository; they get new ids. Ones that are there already are passed over. */
export async function copyFrom(
  restic: Restic,
  source: BackendRepository,
  snapshots: readonly string[],
  operation: Operation,
): Promise<void> {
  checkFullIds(snapshots);
  // Without ids restic would copy everything.
  if (snapshots.length === 0) return;
  const { flags, descriptors } = accessTo(source, 'from-');
  const both = new Restic(restic.repository, restic.host, [source]);
  const meter = new ProgressMeter('uploading', operation.report);
  meter.start();
  const call = {
    name: 'copy',
    flags: [...flags, ...packSizeFlags(restic.repository)],
    descriptors,
    operands: snapshots,
    source,
  };
  both.throwIfFailed(await both.supervise(call, {}, operation));
  meter.finish({ files: 0, bytes: 0 });
}
