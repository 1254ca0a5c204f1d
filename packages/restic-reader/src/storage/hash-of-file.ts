import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { throwIfAborted } from '../problems.ts';

const leastPieceBytes = 64 * 1024;
const mostPieceBytes = 1024 * 1024;

/** While one piece is hashed the next one is read: half the time and processor of a stream. Rejects soon after an abort. */
export async function hashOfFile(path: string, signal?: AbortSignal, each?: (bytes: number) => void): Promise<string> {
  await using handle = await open(path, 'r');
  const hash = createHash('sha256');
  // For a small file no more than it takes: memory that is set aside for nothing has to be swept up, which takes longer than the hash.
  const { size } = await handle.stat();
  const pieceBytes = Math.min(mostPieceBytes, Math.max(leastPieceBytes, size + 1));
  const pieces = [Buffer.allocUnsafeSlow(pieceBytes), Buffer.allocUnsafeSlow(pieceBytes)] as const;
  const read = (turn: number, position: number) => handle.read(pieces[turn % 2 === 0 ? 0 : 1], 0, pieceBytes, position);
  let position = 0;
  let reading = read(0, position);
  for (let turn = 0; ; turn += 1) {
    const { bytesRead, buffer } = await reading;
    if (bytesRead === 0) return hash.digest('hex');
    throwIfAborted(signal);
    position += bytesRead;
    reading = read(turn + 1, position);
    hash.update(buffer.subarray(0, bytesRead));
    each?.(bytesRead);
  }
}
