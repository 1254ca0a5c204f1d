import zlib from 'node:zlib';
import { unsupported } from '../problems.ts';

/** Below this the thread pool costs more than it saves. */
const smallBytes = 64 * 1024;

/** What zlib takes. */
const leastChunkBytes = 64;

/** So much is made room for before anything is decompressed. */
const smallPlainBytes = 16 * 1024 * 1024;

/** Without a size that is known beforehand, content is refused beyond this. */
const largestBytes = 1024 * 1024 * 1024;

/** What Node may have: 22.15, 23.8 and newer do. */
type Zstd = Partial<Pick<typeof zlib, 'zstdDecompress' | 'zstdDecompressSync'>>;

/** Whether the running Node can decompress what restic compresses. */
export const hasZstd = (): boolean => zlib.zstdDecompressSync !== undefined;

/** Undefined if it is not zstd, is not whole, or has more than `mostBytes`. */
export async function decompress(
  bytes: Uint8Array,
  mostBytes = largestBytes,
  { zstdDecompress, zstdDecompressSync }: Zstd = zlib,
): Promise<Buffer | undefined> {
  if (zstdDecompress === undefined || zstdDecompressSync === undefined) {
    throw unsupported(`Node ${process.version} has no zstd, with which this repository is compressed: 22.15 has it`);
  }
  // At least one byte, for zlib takes zero for "no limit".
  const maxOutputLength = Math.max(1, mostBytes);
  // In one piece where it is known how long that is: else zlib puts it together of many.
  const isKnown = mostBytes <= smallPlainBytes;
  const options = { maxOutputLength, ...(isKnown && { chunkSize: Math.max(leastChunkBytes, mostBytes + 1) }) };
  try {
    if (bytes.length <= smallBytes) return zstdDecompressSync(bytes, options);
    return await new Promise((resolve, reject) => {
      zstdDecompress(bytes, options, (error, plain) => (error === null ? resolve(plain) : reject(error)));
    });
  } catch {
    return undefined;
  }
}
