import type { EntryType, SnapshotEntry } from '@umbracore/contracts';
import { countIn, decodeMessage, textIn, type Message } from './message.ts';

const types: ReadonlySet<string> = new Set<EntryType>([
  'file',
  'dir',
  'symlink',
  'dev',
  'chardev',
  'fifo',
  'socket',
  'irregular',
]);

/**
 * A node of `ls --json`; undefined for every other line. Never throws.
 *
 * A snapshot may have millions of lines, so there is no schema here: the fields are picked by hand.
 */
export function decodeEntryLine(line: string): SnapshotEntry | undefined {
  const message = decodeMessage(line);
  return message === undefined || message['struct_type'] !== 'node' ? undefined : decodeEntry(message);
}

/** A node of `ls` or `find`. */
export function decodeEntry(node: Message): SnapshotEntry | undefined {
  const path = textIn(node, 'path');
  const type = textIn(node, 'type');
  if (path === undefined || type === undefined) return undefined;
  return {
    path,
    type: isEntryType(type) ? type : 'irregular',
    size: countIn(node, 'size'),
    modifiedAt: instantOf(textIn(node, 'mtime')),
    mode: countIn(node, 'mode'),
    uid: countIn(node, 'uid'),
    gid: countIn(node, 'gid'),
  };
}

const isEntryType = (type: string): type is EntryType => types.has(type);

function instantOf(time: string | undefined): number {
  const instant = time === undefined ? Number.NaN : Date.parse(time);
  return Number.isNaN(instant) ? 0 : instant;
}

/** Far beyond what the longest path can give; a longer line is no node. */
const longestLine = 16 * 1024 * 1024;

/** Cuts output into lines and decodes its nodes; holds no more than one unfinished line. */
export class EntryDecoder {
  readonly #text = new TextDecoder();
  #rest = '';

  /** The nodes that this chunk completes. */
  push(chunk: Uint8Array): readonly SnapshotEntry[] {
    const lines = (this.#rest + this.#text.decode(chunk, { stream: true })).split('\n');
    this.#rest = lines.pop() ?? '';
    if (this.#rest.length > longestLine) this.#rest = '';
    return entriesOf(lines);
  }

  /** What a missing line break at the end has held back. */
  end(): readonly SnapshotEntry[] {
    const lines = (this.#rest + this.#text.decode()).split('\n');
    this.#rest = '';
    return entriesOf(lines);
  }
}

function entriesOf(lines: readonly string[]): readonly SnapshotEntry[] {
  const entries: SnapshotEntry[] = [];
  for (const line of lines) {
    const entry = decodeEntryLine(line);
    if (entry !== undefined) entries.push(entry);
  }
  return entries;
}
