import type { EntryType, SnapshotEntry } from '@umbracore/contracts';
import { ListedFields, probe } from './listed-fields.ts';
import { absolutePath, instantOf } from './values.ts';

/** What borg is asked to print for each entry: numbers, where a link leads, and the path. */
export const entryFormat = `${probe}{mode} {uid} {gid} {size} {isomtime}{NUL}{source}{NUL}{bpath}{NUL}`;

const fieldsOfEntry = 3;

/** An entry as borg has it. */
export interface ListedEntry extends SnapshotEntry {
  /** For a second name of a file that has come before: the first one. borg knows the size only there. */
  readonly sameAs: string | undefined;
}

const types: Readonly<Record<string, EntryType>> = {
  '-': 'file',
  // A further name of a file.
  h: 'file',
  d: 'dir',
  l: 'symlink',
  b: 'dev',
  c: 'chardev',
  p: 'fifo',
  s: 'socket',
};

/** Exported for tests. */
export function entryOf(numbers: string, source: string, path: string): ListedEntry {
  const [mode = '', uid, gid, size, time] = numbers.slice(probe.length).split(' ');
  return {
    path: absolutePath(path),
    type: types[mode.charAt(0)] ?? 'irregular',
    size: mode.startsWith('-') ? numberOf(size) : 0,
    modifiedAt: instantOf(time),
    mode: bitsOf(mode),
    uid: numberOf(uid),
    gid: numberOf(gid),
    sameAs: mode.startsWith('h') ? absolutePath(source) : undefined,
  };
}

/** What borg does not know it calls `None`. */
const numberOf = (text: string | undefined): number => (text !== undefined && /^\d+$/.test(text) ? Number(text) : 0);

/** From `-rwxr-sr-T` and the like: three letters each for owner, group and others; a last one that is not x or - has a bit above. */
function bitsOf(mode: string): number {
  let bits = 0;
  for (let place = 0; place < 9; place += 1) {
    const letter = mode.charAt(place + 1);
    if (/[rwxst]/.test(letter)) bits += 1 << (8 - place);
    if (/[sStT]/.test(letter)) bits += 0o4000 >> ((place - 2) / 3);
  }
  return bits;
}

/** Decodes the output of `list` piece by piece, and gives each file its size. */
export class EntryDecoder {
  readonly #fields = new ListedFields();
  readonly #sizes = new Map<number, number>();
  #pending: string[] = [];

  /** The entries that this chunk completes. The chunk may be reused by its owner afterwards. */
  push(chunk: Uint8Array): readonly SnapshotEntry[] {
    const entries: SnapshotEntry[] = [];
    for (const field of this.#fields.push(chunk)) {
      this.#pending.push(field);
      if (this.#pending.length < fieldsOfEntry) continue;
      const [numbers = '', source = '', path = ''] = this.#pending;
      this.#pending = [];
      entries.push(this.#sized(entryOf(numbers, source, path)));
    }
    return entries;
  }

  #sized({ sameAs, ...entry }: ListedEntry): SnapshotEntry {
    if (sameAs !== undefined) return { ...entry, size: this.#sizes.get(hashOf(sameAs)) ?? 0 };
    if (entry.type === 'file') this.#sizes.set(hashOf(entry.path), entry.size);
    return entry;
  }
}

/** 53 bits, for any file may turn out to have a second name, and to keep millions of paths for that would be too much. */
function hashOf(text: string): number {
  let [high, low] = [0xdeadbeef, 0x41c6ce57];
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return 4294967296 * (2097151 & low) + (high >>> 0);
}
