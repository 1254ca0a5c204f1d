import { Buffer } from 'node:buffer';
import type { SavedEntry } from './fake-tree.ts';

const block = 512;

/** A tar archive of what was saved at and below a path, with short names only. */
export function archiveOf(entries: Iterable<SavedEntry>): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const { entry, content } of entries) {
    if (entry.type !== 'file') continue;
    const padding = Buffer.alloc((block - (content.length % block)) % block);
    parts.push(headerOf(entry.path.slice(1), content.length, entry.mode), content, padding);
  }
  return Buffer.concat([...parts, Buffer.alloc(2 * block)]);
}

function headerOf(name: string, size: number, mode: number): Buffer {
  const header = Buffer.alloc(block);
  const octal = (value: number, width: number): string => value.toString(8).padStart(width, '0');
  header.write(name.slice(0, 100), 0);
  header.write(octal(mode, 7), 100);
  header.write(octal(size, 11), 124);
  header.write('        0', 148);
  header.write('ustar\u000000', 257);
  // The sum counts its own place as blanks.
  header.write(
    octal(
      header.reduce((sum, byte) => sum + byte, 0),
      6,
    ),
    148,
  );
  return header;
}
