import type { SnapshotEntry } from '@umbracore/contracts';
import { createHash } from 'node:crypto';
import { chmod, constants, lstat, open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Piece } from './content.ts';

/** What a restored file turned out to be. */
export type Comparison =
  | { readonly type: 'source' }
  /** `changed`: the source is not what was saved any more. */
  | { readonly type: 'hash'; readonly changed: boolean }
  /** With the same file from another repository. */
  | { readonly type: 'copy'; readonly changed: boolean }
  | { readonly type: 'none'; readonly changed: boolean }
  | { readonly type: 'failed'; readonly problem: 'not-restored' | 'truncated' | 'differs'; readonly reason: string };

export interface Restored {
  readonly entry: SnapshotEntry;
  /** The folder that it was restored below, with its full path. */
  readonly folder: string;
  /** Whether what is at its path on this machine is what was saved there. */
  readonly hasSource: boolean;
  /** What it consists of, if anybody knows. */
  readonly pieces: readonly Piece[] | undefined;
  /** Asks the engine for the content once more, to judge between the two; undefined if it cannot. */
  readonly dump: ((sink: (chunk: Uint8Array) => Promise<void>) => Promise<void>) | undefined;
}

export interface Watch {
  readonly signal: AbortSignal;
  /** Called while bytes are read. */
  readonly alive: () => void;
}

/**
 * Compares a restored file with its source where that still has the size and the time it was saved with, else with the hashes in
 * the repository. A source that has other bytes all the same was changed by a program that hides it, if the repository says so:
 * that is no fault of the backup.
 */
export async function compare(restored: Restored, watch: Watch): Promise<Comparison> {
  const { entry, folder, hasSource, pieces, dump } = restored;
  const path = join(folder, entry.path);
  const problem = await misfit(folder, path, entry.size);
  if (problem !== undefined) return problem;
  await using file = await openRestored(folder, path);
  const isUnchanged = hasSource && (await isAsSaved(entry));
  if (isUnchanged && (await equalsSource(file, entry, watch))) return { type: 'source' };
  if (pieces !== undefined) {
    const wrong = await wrongPiece(file, pieces, entry.size, watch);
    return wrong === undefined ? { type: 'hash', changed: hasSource } : failed('differs', wrong);
  }
  if (!isUnchanged || !(await isAsSaved(entry))) return { type: 'none', changed: hasSource };
  if (dump !== undefined && (await equalsDump(file, dump, watch))) return { type: 'none', changed: true };
  return failed('differs', 'it has other bytes than its source, which has the same size and time as when it was saved');
}

const failed = (problem: 'not-restored' | 'truncated' | 'differs', reason: string): Comparison => ({
  type: 'failed',
  problem,
  reason,
});

/** What is wrong with it at first sight. */
async function misfit(folder: string, path: string, size: number): Promise<Comparison | undefined> {
  const look = () => lstat(path);
  const found = await withRights(look, () => openFolders(folder, path)).catch(() => undefined);
  if (found === undefined) return failed('not-restored', 'the engine did not write it');
  if (!found.isFile()) return failed('differs', 'it came back as something else than a file');
  if (found.size === size) return undefined;
  return failed(found.size < size ? 'truncated' : 'differs', `it has ${found.size} bytes instead of ${size}`);
}

/** Never through a link, and whatever rights it and its folders came back with. */
async function openRestored(folder: string, path: string): Promise<FileHandle> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW;
  return await withRights(
    () => open(path, flags),
    async () => {
      await openFolders(folder, path);
      await chmod(path, 0o600);
    },
  );
}

/** Tries once more with more rights where those that there are do not allow it. */
async function withRights<T>(act: () => Promise<T>, allow: () => Promise<void>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EACCES')) throw error;
    await allow();
    return await act();
  }
}

async function openFolders(folder: string, path: string): Promise<void> {
  const steps = path.slice(folder.length).split('/').filter(Boolean);
  for (let depth = 0; depth < steps.length; depth += 1) {
    const above = join(folder, ...steps.slice(0, depth));
    // Through a link it would be the rights of something that is not ours.
    if ((await lstat(above)).isDirectory()) await chmod(above, 0o700);
  }
}

async function isAsSaved({ path, size, modifiedAt }: SnapshotEntry): Promise<boolean> {
  const found = await lstat(path, { bigint: true }).catch(() => undefined);
  if (found?.isFile() !== true) return false;
  return Number(found.size) === size && isWithinAMillisecond(found.mtimeNs, modifiedAt);
}

/** Engines tell whole milliseconds: some cut off what is finer, others round it. */
const isWithinAMillisecond = (ns: bigint, instant: number): boolean =>
  Math.abs(Number(ns - BigInt(instant) * 1_000_000n)) < 1_000_000;

const blockBytes = 256 * 1024;

async function equalsSource(file: FileHandle, { path, size }: SnapshotEntry, watch: Watch): Promise<boolean> {
  const source = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch(() => undefined);
  if (source === undefined) return false;
  await using _closed = source;
  return await equalBytes(file, source, size, watch);
}

/** What cannot be read of the second one is not equal. */
async function equalBytes(file: FileHandle, second: FileHandle, size: number, watch: Watch): Promise<boolean> {
  const [ours, theirs] = [Buffer.alloc(blockBytes), Buffer.alloc(blockBytes)];
  for (let position = 0; position < size; position += blockBytes) {
    breathe(watch);
    const bytes = await readFully(file, ours, position);
    const other = await readFully(second, theirs, position).catch(() => -1);
    if (bytes !== other || !ours.subarray(0, bytes).equals(theirs.subarray(0, bytes))) return false;
  }
  return true;
}

/** Whether the same file came back equal into two folders; undefined if it did not come back into the other one. */
export async function isSameFile(
  folder: string,
  other: string,
  { path, size }: SnapshotEntry,
  watch: Watch,
): Promise<boolean | undefined> {
  if ((await misfit(other, join(other, path), size)) !== undefined) return undefined;
  await using ours = await openRestored(folder, join(folder, path));
  await using theirs = await openRestored(other, join(other, path));
  return await equalBytes(ours, theirs, size, watch);
}

/** Why it is not what it should consist of. */
async function wrongPiece(
  file: FileHandle,
  pieces: readonly Piece[],
  size: number,
  watch: Watch,
): Promise<string | undefined> {
  const block = Buffer.alloc(blockBytes);
  let position = 0;
  for (const { hash, bytes } of pieces) {
    const content = createHash('sha256');
    const end = position + bytes;
    while (position < end) {
      breathe(watch);
      const read = await readFully(file, block.subarray(0, Math.min(blockBytes, end - position)), position);
      if (read === 0) return `it ends at byte ${position}, and the repository has more`;
      content.update(block.subarray(0, read));
      position += read;
    }
    if (content.digest('hex') !== hash) {
      return `bytes ${end - bytes} to ${end} are not those of the piece ${hash.slice(0, 8)} of the repository`;
    }
  }
  return position === size ? undefined : `it has ${size} bytes, and the repository has ${position} for it`;
}

async function equalsDump(file: FileHandle, dump: NonNullable<Restored['dump']>, watch: Watch): Promise<boolean> {
  const { size } = await file.stat();
  let position = 0;
  let isEqual = true;
  await dump(async (chunk) => {
    breathe(watch);
    const ours = Buffer.alloc(chunk.byteLength);
    const read = await readFully(file, ours, position);
    isEqual &&= read === chunk.byteLength && ours.equals(chunk);
    position += chunk.byteLength;
  });
  return isEqual && position === size;
}

function breathe({ signal, alive }: Watch): void {
  signal.throwIfAborted();
  alive();
}

/** As much as there is room for, unless the file ends. */
async function readFully(file: FileHandle, buffer: Buffer, position: number): Promise<number> {
  let read = 0;
  while (read < buffer.length) {
    const { bytesRead } = await file.read(buffer, read, buffer.length - read, position + read);
    if (bytesRead === 0) return read;
    read += bytesRead;
  }
  return read;
}
