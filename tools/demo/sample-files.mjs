import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A few hundred files of the kinds that people have, the same on every machine; returns how many. */
export function writeSampleFiles(folder) {
  const random = numbers(20_260_101);
  let count = 0;
  const write = (name, content) => {
    writeFileSync(join(folder, name), content);
    count++;
  };
  for (const name of ['letters', 'photos/2026', 'notes', 'odd names'])
    mkdirSync(join(folder, name), { recursive: true });
  for (let i = 1; i <= 200; i++) write(`letters/letter-${String(i).padStart(3, '0')}.txt`, letter(i));
  for (let i = 1; i <= 60; i++) write(`photos/2026/IMG_${4000 + i}.jpg`, noise(random, 200_000 + (random() % 800_000)));
  for (let i = 1; i <= 60; i++) write(`notes/note-${i}.md`, `# Note ${i}\n\n${letter(i).repeat(1 + (i % 9))}`);
  for (const name of ['with "quotes"', "it's", '-leading-dash', 'new\nline', '💾 emoji', 'ünïcödé', '* ? [glob]'])
    write(`odd names/${name}`, name);
  write('empty', '');
  symlinkSync('letters/letter-010.txt', join(folder, 'link-to-a-letter'));
  return count;
}

const letter = (number) => `Letter ${number}\n\nDear reader,\nthis is letter number ${number} of the sample.\n`;

function noise(random, size) {
  const bytes = Buffer.alloc(size - (size % 4));
  for (let i = 0; i < bytes.length; i += 4) bytes.writeUInt32LE(random(), i);
  return bytes;
}

/** Mulberry32: small, seeded, good enough for sample bytes. */
function numbers(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  };
}
