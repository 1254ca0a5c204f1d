import { writeSync } from 'node:fs';
import { whyUnwritten } from './why-unwritten.ts';

/**
 * Writes a text to its descriptor at once: to set up a stream of Node's takes a millisecond or two, and is left to what is not taken
 * at once. Resolves when all of it was taken, or nobody takes it: to what kept it from being written.
 */
export async function writeAtOnce(name: 'stdout' | 'stderr', text: string): Promise<NodeJS.ErrnoException | undefined> {
  let rest: Uint8Array = Buffer.from(text);
  try {
    while (rest.length > 0) rest = rest.subarray(writeSync(name === 'stdout' ? 1 : 2, rest));
    return undefined;
  } catch {
    // Whoever ends after this has to know what became of it.
    return await new Promise((resolve) => {
      const tell = (error?: unknown): void => resolve(whyUnwritten(error));
      process[name].on('error', tell).write(rest, tell);
    });
  }
}
