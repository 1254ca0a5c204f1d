import { open } from 'node:fs/promises';
import { join } from 'node:path';

/** From its end. */
export const mostLogBytes = 256 * 1024;

/** The last lines of the operator's log, whole ones, with those of the file before it where the newest is short. */
export async function lastLines(logDir: string): Promise<string> {
  const files = [join(logDir, 'umbra.log.1'), join(logDir, 'umbra.log')];
  let end = Buffer.alloc(0);
  let isWhole = true;
  for (const file of files) {
    const tail = await tailOf(file);
    if (tail === undefined) continue;
    const both = Buffer.concat([end, tail.bytes]);
    isWhole = tail.isWhole && isWhole && both.length <= mostLogBytes;
    end = both.subarray(-mostLogBytes);
  }
  const text = end.toString();
  if (isWhole) return text;
  const first = text.indexOf('\n');
  if (first === -1) throw new Error('its last line is too long');
  return text.slice(first + 1);
}

async function tailOf(file: string): Promise<{ readonly bytes: Buffer; readonly isWhole: boolean } | undefined> {
  try {
    await using handle = await open(file);
    const { size } = await handle.stat();
    const length = Math.min(size, mostLogBytes);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, size - length);
    return { bytes: buffer.subarray(0, bytesRead), isWhole: length === size };
  } catch (error) {
    // A run without trouble has no log.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
