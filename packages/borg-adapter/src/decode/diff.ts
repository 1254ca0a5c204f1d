import {
  countIn,
  decodeJsonLine,
  isJsonObject,
  type JsonObject,
  LineCutter,
  type PathChange,
  textIn,
} from '@umbracore/contracts';
import { absolutePath } from './values.ts';

export interface DiffTotals {
  readonly addedBytes: number;
  readonly removedBytes: number;
}

/** Of several things that borg says about one path the first of these says most. */
const kinds: readonly (readonly [RegExp, PathChange['change']])[] = [
  [/^added/, 'added'],
  [/^removed/, 'removed'],
  [/^modified$|^changed /, 'modified'],
  [/./, 'metadata'],
];

/** Decodes the output of `diff --json-lines` piece by piece. */
export class DiffDecoder {
  readonly #lines = new LineCutter();
  readonly #metadata: boolean;
  #added = 0;
  #removed = 0;

  constructor(metadata: boolean) {
    this.#metadata = metadata;
  }

  get totals(): DiffTotals {
    return { addedBytes: this.#added, removedBytes: this.#removed };
  }

  /** The changes that this chunk completes. */
  push(chunk: Uint8Array): readonly PathChange[] {
    return this.#lines.push(chunk).flatMap((line) => this.#changeOf(decodeJsonLine(line) ?? {}) ?? []);
  }

  #changeOf(message: JsonObject): PathChange | undefined {
    const path = textIn(message, 'path');
    const said = Array.isArray(message['changes']) ? message['changes'].filter(isJsonObject) : [];
    if (path === undefined || said.length === 0) return undefined;
    for (const one of said) this.#count(one);
    const words = said.map((one) => textIn(one, 'type') ?? '');
    const isOtherType = said.some(changesType);
    const change = isOtherType ? 'type-changed' : kindOf(words);
    if (change === 'metadata' && !this.#metadata) return undefined;
    return { path: absolutePath(path), change, folder: said.some(isFolder) };
  }

  #count(one: JsonObject): void {
    const type = textIn(one, 'type');
    if (type === 'added') this.#added += countIn(one, 'size');
    else if (type === 'removed') this.#removed += countIn(one, 'size');
    else if (type === 'modified') {
      this.#added += countIn(one, 'added');
      this.#removed += countIn(one, 'removed');
    }
  }
}

const kindOf = (words: readonly string[]): PathChange['change'] =>
  kinds.find(([pattern]) => words.some((word) => pattern.test(word)))?.[1] ?? 'metadata';

/** A folder that became a file shows in its mode alone, as `drwxr-xr-x` and `-rw-r--r--`. */
const changesType = (one: JsonObject): boolean =>
  textIn(one, 'type') === 'mode' && textIn(one, 'old_mode')?.charAt(0) !== textIn(one, 'new_mode')?.charAt(0);

const isFolder = (one: JsonObject): boolean =>
  /directory/.test(textIn(one, 'type') ?? '') || textIn(one, 'new_mode')?.startsWith('d') === true;
