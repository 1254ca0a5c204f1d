import { type Operation, type PathChange, type SnapshotDiff, UmbraError } from '@umbracore/contracts';
import { decodeChange, decodeDiffTotals, type DiffTotals } from '../decode/diff.ts';
import { decodeMessage } from '../decode/message.ts';
import type { Restic } from '../restic.ts';

/** What differs in content; changed times and rights alone are not listed. */
export async function diff(restic: Restic, from: string, to: string, operation: Operation): Promise<SnapshotDiff> {
  const changes: PathChange[] = [];
  let totals: DiffTotals | undefined;
  const stdout = (line: string): void => {
    const message = decodeMessage(line);
    if (message === undefined) return;
    const change = decodeChange(message);
    if (change !== undefined) changes.push(change);
    totals = decodeDiffTotals(message) ?? totals;
  };
  restic.throwIfFailed(await restic.read({ name: 'diff', operands: [from, to] }, { stdout }, operation));
  if (totals === undefined) throw new UmbraError('engine.output', 'restic diff ended without its totals');
  return { changes, ...totals };
}
