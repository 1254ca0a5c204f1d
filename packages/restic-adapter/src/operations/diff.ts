import { type DiffOperation, type PathChange, type SnapshotDiff, UmbraError } from '@umbracore/contracts';
import { DiffDecoder } from '../decode/diff.ts';
import { plainText } from '../decode/plain-text.ts';
import { passedOver, throwIfPassedOver } from '../passed-over.ts';
import type { Restic } from '../restic.ts';

/** Whoever takes the changes decides how long that is. */
const longestTakenMs = 24 * 60 * 60_000;

/**
 * What differs in content, and in the rest if that is asked for. Changes that are taken are read from restic only as fast as
 * they are, so memory stays flat however many there are.
 */
export async function diff(
  restic: Restic,
  from: string,
  to: string,
  { metadata = false, take, ...operation }: DiffOperation,
): Promise<SnapshotDiff> {
  const changes: PathChange[] = [];
  const keep = take ?? ((some: readonly PathChange[]): void => void changes.push(...some));
  const decoder = new DiffDecoder();
  const call = { name: 'diff', flags: metadata ? ['--metadata'] : [], operands: [from, to] };
  const onData = (chunk: Uint8Array): void | Promise<void> => keep(decoder.push(chunk));
  let complained: string | undefined;
  const stderr = (line: string): void => {
    complained ??= passedOver(plainText(line));
  };
  const deadlineMs = take === undefined ? undefined : longestTakenMs;
  restic.throwIfFailed(await restic.read(call, { onData, stderr, deadlineMs }, operation));
  await keep(decoder.end());
  throwIfPassedOver(restic, call.name, complained);
  const { totals } = decoder;
  if (totals === undefined) throw new UmbraError('engine.output', 'restic diff ended without its totals');
  return { changes, ...totals };
}
