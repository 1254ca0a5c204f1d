import { closeSync, fdatasyncSync, ftruncateSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import type { StillOurs } from './claim.ts';

/** A path below a base: names of bytes, with `/` between. As text where that says it all, else in base 64. */
export type WrittenPath = string | { readonly bytes: string };

/** How something that was put in place is recognised later. */
export interface Made {
  readonly path: WrittenPath;
  readonly folder?: true;
  readonly link?: true;
  readonly ino: string;
  readonly size: string;
  /** Nanoseconds since 1970. */
  readonly mtime: string;
}

/** How much was restored with it. The target of a link is no data, as in a snapshot, whatever the file system says of its size. */
export const bytesOfMade = ({ folder, link, size }: Made): number =>
  folder === true || link === true ? 0 : Number(size);

/** Something of a target that is to be removed, as it was when that was agreed to. */
export interface Removal extends Made {
  /** An index in the record, like that of moves. */
  readonly base: number;
  /** Where it is; what is no UTF-8 becomes U+FFFD. */
  readonly place: string;
  readonly files: number;
  readonly bytes: number;
  /** Of a folder, with all that it holds; empty for what is none. */
  readonly portrait: string;
}

/** A folder as it was. */
export interface FolderFacts {
  readonly ino: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Milliseconds since 1970, with fractions. */
  readonly atime: number;
  readonly mtime: number;
}

/**
 * One step of putting in place, written before it is done. `stage` and `base` are indices in the record; `from` is where it
 * is staged, below the base's folder in the tree of the stage.
 */
export type Move = { readonly n: number; readonly stage: number; readonly base: number } & (
  | { readonly do: 'folder'; readonly path: WrittenPath; readonly was: FolderFacts; readonly like: FolderFacts }
  | { readonly do: 'listed'; readonly made: readonly Made[] }
  | { readonly do: 'tree'; readonly from: WrittenPath; readonly files: number; readonly bytes: number }
  | { readonly do: 'place'; readonly from: WrittenPath; readonly made: Made; readonly beside: boolean }
  | { readonly do: 'replace'; readonly from: WrittenPath; readonly made: Made; readonly was: Made }
  | { readonly do: 'dress'; readonly path: WrittenPath; readonly like: FolderFacts }
  | {
      readonly do: 'remove';
      readonly path: WrittenPath;
      readonly was: Made;
      readonly files: number;
      readonly bytes: number;
    }
);

/** A step that was written and then not done after all, and why. */
export interface Void {
  readonly void: number;
  readonly path: string;
  /** Undefined if it will be looked at again. */
  readonly reason?: string;
}

/** The moves of one restore in a file, each durable before it is done. */
export class MoveJournal implements Disposable {
  readonly #fd: number;
  readonly #stillOurs: StillOurs;
  readonly moves: Move[] = [];
  readonly voids: Void[] = [];

  /** Cuts off what a dead writer left of a line. */
  constructor(file: string, stillOurs: StillOurs) {
    stillOurs();
    this.#stillOurs = stillOurs;
    this.#fd = openSync(file, 'a+', 0o600);
    const text = readFileSync(file);
    const end = text.lastIndexOf(0x0a) + 1;
    if (end < text.length) ftruncateSync(this.#fd, end);
    for (const line of text.subarray(0, end).toString().split('\n')) if (line !== '') this.#take(JSON.parse(line));
  }

  #take(line: Move | Void): void {
    if ('void' in line) this.voids.push(line);
    else this.moves.push(line);
  }

  get next(): number {
    return (this.moves.at(-1)?.n ?? 0) + 1;
  }

  /** Durable before it returns. */
  append(lines: readonly (Move | Void)[]): void {
    if (lines.length === 0) return;
    this.#stillOurs();
    for (const line of lines) this.#take(line);
    writeFileSync(this.#fd, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    fdatasyncSync(this.#fd);
  }

  /** Without those that were not done. */
  get done(): readonly Move[] {
    const undone = new Set(this.voids.map((each) => each.void));
    return this.moves.filter(({ n }) => !undone.has(n));
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }
}

export function written(path: Buffer): WrittenPath {
  const text = path.toString('utf8');
  return Buffer.from(text).equals(path) ? text : { bytes: path.toString('base64') };
}

export const bytesOf = (path: WrittenPath): Buffer =>
  typeof path === 'string' ? Buffer.from(path) : Buffer.from(path.bytes, 'base64');

/** The names of a path; none for the base itself. */
export function namesIn(path: Buffer): readonly Buffer[] {
  const names: Buffer[] = [];
  let start = 0;
  for (let slash = path.indexOf(0x2f); slash !== -1; start = slash + 1, slash = path.indexOf(0x2f, start)) {
    names.push(path.subarray(start, slash));
  }
  const last = path.subarray(start);
  return last.length === 0 ? names : [...names, last];
}
