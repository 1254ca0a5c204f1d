import { writeSync } from 'node:fs';

/**
 * Writes a text to its descriptor at once: to set up a stream of Node's takes a millisecond or two, and is left to what is not taken
 * at once. Resolves when all of it was taken, or nobody takes it.
 */
export async function writeAtOnce(name: 'stdout' | 'stderr', text: string): Promise<void> {
  let rest: Uint8Array = Buffer.from(text);
  try {
    while (rest.length > 0) rest = rest.subarray(writeSync(name === 'stdout' ? 1 : 2, rest));
  } catch {
    // Whoever ends after this has to know what became of it.
    await new Promise<void>((resolve) => process[name].on('error', () => resolve()).write(rest, () => resolve()));
  }
}
