import { createReadStream } from 'node:fs';
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
  const reader = createReadStream(file)[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);
  let same = true;
  const take = async (length: number): Promise<Buffer> => {
    while (rest.length < length) {
      const next = await reader.next();
      if (next.done === true) break;
      rest = Buffer.concat([rest, next.value as Buffer]);
    }
    const taken = rest.subarray(0, length);
    rest = rest.subarray(length);
    return taken;
  };
  try {
    await backend.dump(
      snapshot,
      path,
      async (chunk) => {
        if (same) same = (await take(chunk.byteLength)).equals(chunk);
      },
      { signal },
    );
    return same && (await take(1)).length === 0;
  } catch (error) {
    signal?.throwIfAborted();
    // What the repository cannot give back cannot be right.
    if (error instanceof Error) return false;
    throw error;
  } finally {
    await reader.return?.(undefined);
  }
}
