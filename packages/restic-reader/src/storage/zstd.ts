import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { unsupported } from '../problems.ts';

/** Below this the thread pool costs more than it saves. */
const smallBytes = 64 * 1024;

/** Without a size that is known beforehand, content is refused beyond this. */
const largestBytes = 1024 * 1024 * 1024;

/** Whether the running Node can decompress what restic compresses: 22.15, 23.8 and newer can. */
export const hasZstd = (): boolean => typeof zlib.zstdDecompressSync === 'function';

/** Undefined if it is not zstd, is not whole, or has more than `mostBytes`. */
export async function decompress(bytes: Uint8Array, mostBytes = largestBytes): Promise<Buffer | undefined> {
  if (!hasZstd()) {
    throw unsupported(`Node ${process.version} has no zstd, with which this repository is compressed: 22.15 has it`);
  }
  // At least one byte, for zlib takes zero for "no limit".
  const options = { maxOutputLength: Math.max(1, mostBytes) };
  try {
    if (bytes.length <= smallBytes) return zlib.zstdDecompressSync(bytes, options);
    return await promisify(zlib.zstdDecompress)(bytes, options);
  } catch {
    return undefined;
  }
}
