import {
  countIn,
  decodeJsonLine,
  isJsonObject,
  type JsonObject,
  LineCutter,
  type PathChange,
  textIn,
} from '@umbracore/contracts';

/** By weight: restic may join letters, and the first of these that is there says most. */
const changes: readonly (readonly [string, PathChange['change']])[] = [
  ['?', 'suspicious'],
  ['+', 'added'],
  ['-', 'removed'],
  ['T', 'type-changed'],
  ['M', 'modified'],
  ['U', 'metadata'],
];

export function decodeChange(message: JsonObject): PathChange | undefined {
  if (message['message_type'] !== 'change') return undefined;
  const path = textIn(message, 'path');
  const modifier = textIn(message, 'modifier');
  const change = changes.find(([letter]) => modifier?.includes(letter))?.[1];
  return path === undefined || change === undefined
    ? undefined
    : { path: withoutSlash(path), change, folder: path.endsWith('/') };
}

/** restic marks folders by a slash at the end. */
const withoutSlash = (path: string): string => (path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path);

export interface DiffTotals {
  readonly addedBytes: number;
  readonly removedBytes: number;
}

export function decodeDiffTotals(message: JsonObject): DiffTotals | undefined {
  if (message['message_type'] !== 'statistics') return undefined;
  return { addedBytes: bytesIn(message['added']), removedBytes: bytesIn(message['removed']) };
}

const bytesIn = (side: unknown): number => (isJsonObject(side) ? countIn(side, 'bytes') : 0);

/** Decodes the output of `diff --json` piece by piece. */
export class DiffDecoder {
  readonly #lines = new LineCutter();
  #totals: DiffTotals | undefined;

  /** Known from the last line on. */
  get totals(): DiffTotals | undefined {
    return this.#totals;
  }

  /** The changes that this chunk completes. */
  push(chunk: Uint8Array): readonly PathChange[] {
    return this.#decoded(this.#lines.push(chunk));
  }

  /** What a missing line break at the end has held back. */
  end(): readonly PathChange[] {
    return this.#decoded(this.#lines.end());
  }

  #decoded(lines: Iterable<string>): readonly PathChange[] {
    const changes: PathChange[] = [];
    for (const line of lines) {
      const message = decodeJsonLine(line);
      if (message === undefined) continue;
      const change = decodeChange(message);
      if (change !== undefined) changes.push(change);
      this.#totals = decodeDiffTotals(message) ?? this.#totals;
    }
    return changes;
  }
}
