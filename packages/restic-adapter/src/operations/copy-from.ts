import type { BackendRepository, Operation } from '@umbracore/contracts';
import { BarMeter } from '../bars.ts';
import { accessTo, packSizeFlags } from '../command.ts';
import { quicklyOpened, Restic } from '../restic.ts';
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
  const { flags, descriptors } = accessTo(await quicklyOpened(source), 'from-');
  const both = new Restic(restic.repository, restic.host, [source]);
  const meter = new BarMeter('uploading', operation.report);
  meter.start();
  const call = {
    name: 'copy',
    flags: [...flags, ...packSizeFlags(restic.repository)],
    descriptors,
    operands: snapshots,
    source,
  };
  const stdout = (line: string): void => void meter.read(line);
  both.throwIfFailed(await both.supervise(call, { stdout }, operation));
  meter.finish();
}
