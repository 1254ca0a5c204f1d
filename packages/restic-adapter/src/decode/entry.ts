import {
  countIn,
  decodeJsonLine,
  type EntryType,
  type JsonObject,
  LineCutter,
  type SnapshotEntry,
  textIn,
} from '@umbracore/contracts';

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
 * A snapshot may have millions of lines, so there is no schema here. Lines as all known versions write them are taken
 * apart by one expression, in half the time of `JSON.parse`; any other line goes the long way with the same result.
 */
export function decodeEntryLine(line: string): SnapshotEntry | undefined {
  const quick = line.endsWith(usualEnd) ? usualNode.exec(line) : null;
  if (quick !== null) return quickEntry(quick);
  const message = decodeJsonLine(line);
  return message === undefined || message['struct_type'] !== 'node' ? undefined : decodeEntry(message);
}

const usualEnd = '"struct_type":"node"}';

/** The fields up to the time, in the order of restic's own structure. A string with escapes or control characters is not usual. */
const usualNode =
  // eslint-disable-next-line no-control-regex
  /^\{"name":"[^"\\\u0000-\u001F]*","type":"([a-z]+)","path":"([^"\\\u0000-\u001F]*)","uid":(\d{1,10}),"gid":(\d{1,10})(?:,"size":(\d{1,16}))?,"mode":(\d{1,10}),"permissions":"[a-zA-Z?-]*","mtime":"([^"\\]*)","atime":"[^"\\]*","ctime":"[^"\\]*",(?:"inode":\d{1,20},)?(?:"message_type":"node",)?"struct_type":"node"\}$/;

function quickEntry(fields: RegExpExecArray): SnapshotEntry {
  const type = fields[1] ?? '';
  return {
    path: fields[2] ?? '',
    type: isEntryType(type) ? type : 'irregular',
    size: Number(fields[5] ?? 0),
    modifiedAt: instantOf(fields[7]),
    mode: unixMode(Number(fields[6])),
    uid: Number(fields[3]),
    gid: Number(fields[4]),
  };
}

/** A node of `ls` or `find`. */
export function decodeEntry(node: JsonObject): SnapshotEntry | undefined {
  const path = textIn(node, 'path');
  const type = textIn(node, 'type');
  if (path === undefined || type === undefined) return undefined;
  return {
    path,
    type: isEntryType(type) ? type : 'irregular',
    size: countIn(node, 'size'),
    modifiedAt: instantOf(textIn(node, 'mtime')),
    mode: unixMode(countIn(node, 'mode')),
    uid: countIn(node, 'uid'),
    gid: countIn(node, 'gid'),
  };
}

/** restic prints the bits of Go's FileMode: the permissions are where they are in Unix, the three bits above are not. */
function unixMode(goMode: number): number {
  const bit = (position: number, unix: number): number => (Math.floor(goMode / 2 ** position) % 2) * unix;
  return (goMode & 0o777) | bit(23, 0o4000) | bit(22, 0o2000) | bit(20, 0o1000);
}

const isEntryType = (type: string): type is EntryType => types.has(type);

function instantOf(time: string | undefined): number {
  if (time === undefined) return 0;
  const instant = Date.parse(time);
  return Number.isNaN(instant) ? 0 : instant;
}

/** Decodes the nodes of `ls --json` piece by piece. */
export class EntryDecoder {
  readonly #lines = new LineCutter();

  /** The nodes that this chunk completes. The chunk may be reused by its owner afterwards. */
  push(chunk: Uint8Array): readonly SnapshotEntry[] {
    return decodedEntries(this.#lines.push(chunk));
  }

  /** What a missing line break at the end has held back. */
  end(): readonly SnapshotEntry[] {
    return decodedEntries(this.#lines.end());
  }
}

const decodedEntries = (lines: readonly string[]): readonly SnapshotEntry[] =>
  lines.flatMap((line) => decodeEntryLine(line) ?? []);
