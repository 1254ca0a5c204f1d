import { open, type FileHandle } from 'node:fs/promises';
import type { Backend, Operation } from '@umbracore/contracts';
import { lookAtPath } from '../target/look-at.ts';

export interface Comparison {
  readonly snapshot: string;
  /** In the snapshot. */
  readonly path: string;
  readonly file: string;
}

/** Whether a file has the content that the repository has of it. What is no file has none, and is. */
export async function isAsSaved(
  backend: Backend,
  { snapshot, path, file }: Comparison,
  { signal }: Operation,
): Promise<boolean> {
  const facts = lookAtPath(file);
  if (facts === undefined) return false;
  if (!facts.isFile()) return true;
  await using handle = await open(file);
  let compared = 0;
  let same = true;
  const compare = async (chunk: Uint8Array): Promise<void> => {
    if (same) same = (await bytesAt(handle, compared, chunk.byteLength)).equals(chunk);
    compared += chunk.byteLength;
  };
  try {
    await backend.dump(snapshot, path, compare, { signal });
  } catch {
    signal?.throwIfAborted();
    // What the repository cannot give back cannot be right.
    return false;
  }
  return same && compared === facts.size;
}

/** Fewer where the file ends. */
async function bytesAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}
