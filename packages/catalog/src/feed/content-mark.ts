import { createHash } from 'node:crypto';

const markBytes = 4;

/**
 * 32 bits that tell whether a file of the same size has other chunks than before. They are hashes already, so that those of a
 * single chunk need no further one.
 */
export function contentMark(chunks: readonly string[]): number {
  const [first, second] = chunks;
  if (first === undefined) return 0;
  const mark = second === undefined ? Number.parseInt(first.slice(0, 2 * markBytes), 16) : Number.NaN;
  return Number.isNaN(mark) ? createHash('sha256').update(chunks.join()).digest().readUIntBE(0, markBytes) : mark;
}
