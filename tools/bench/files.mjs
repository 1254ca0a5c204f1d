import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Numbers from 0 to 2³² - 1 that are the same whenever the seed is (xorshift). */
export function numbersFrom(seed) {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

/**
 * Writes `count` files of about `meanBytes` each below `folder`, 100 in a folder if nothing else is said; half of them compress to little, the
 * others not at all. No two hold the same content. Gives the bytes in all.
 */
export function writeFiles(folder, { count, meanBytes, seed, inFolder = 100 }) {
  const next = numbersFrom(seed);
  const pool = noise(next, 4 * meanBytes);
  let bytes = 0;
  for (let n = 0; n < count; n += 1) {
    const parent = join(folder, `folder-${Math.floor(n / inFolder)}`);
    if (n % inFolder === 0) mkdirSync(parent, { recursive: true });
    const size = Math.max(16, Math.round((meanBytes * 2 * next()) / 2 ** 32));
    const content = n % 2 === 0 ? text(next, size) : part(pool, next, size);
    writeFileSync(join(parent, `file-${n}.${n % 2 === 0 ? 'txt' : 'jpg'}`), content);
    bytes += size;
  }
  return bytes;
}

function noise(next, size) {
  const words = new Uint32Array(Math.ceil(size / 4));
  for (const at of words.keys()) words[at] = next();
  return Buffer.from(words.buffer);
}

/** Enciphered with a word of its own, so that parts that overlap in the pool have nothing in common. */
function part(pool, next, size) {
  const from = 4 * (next() % Math.floor((pool.length - size) / 4));
  const words = new Uint32Array(Math.ceil(size / 4));
  const word = next();
  for (const at of words.keys()) words[at] = pool.readUInt32LE((from + 4 * at) % (pool.length - 4)) ^ word;
  return Buffer.from(words.buffer, 0, size);
}

function text(next, size) {
  const line = `${Array.from({ length: 12 }, () => next().toString(36)).join(' ')}\n`;
  return Buffer.alloc(size, line);
}
