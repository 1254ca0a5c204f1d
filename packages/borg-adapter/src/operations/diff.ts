import type { DiffOperation, PathChange, SnapshotDiff } from '@umbracore/contracts';
import type { Borg } from '../borg.ts';
import { DiffDecoder } from '../decode/diff.ts';
import { findArchive, nameArgument } from './archives.ts';

/** Whoever takes the changes decides how long that is. */
const longestTakenMs = 24 * 60 * 60_000;

/** What differs in content, and in the rest if that is asked for. Changes that are taken are read from borg only as fast as they are. */
export async function diff(
  borg: Borg,
  from: string,
  to: string,
  { metadata = false, take, ...operation }: DiffOperation,
): Promise<SnapshotDiff> {
  const before = await findArchive(borg, from, operation);
  const after = await findArchive(borg, to, operation);
  const changes: PathChange[] = [];
  const keep = take ?? ((some: readonly PathChange[]): void => void changes.push(...some));
  const decoder = new DiffDecoder(metadata);
  // Archives of other chunker parameters have no chunks in common: borg compares them by reading, and warns that it does.
  const call = { name: 'diff', flags: ['--json-lines'], archive: before.name, operands: [nameArgument(after)] };
  const onData = async (chunk: Uint8Array): Promise<void> => {
    const found = decoder.push(chunk);
    if (found.length > 0) await keep(found);
  };
  const deadlineMs = take === undefined ? undefined : longestTakenMs;
  borg.throwIfFailed(await borg.read(call, { onData, deadlineMs }, operation));
  return { changes, ...decoder.totals };
}
