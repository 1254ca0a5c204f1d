import { cancelled } from '../problems.ts';

export interface Part {
  readonly id: string;
  readonly offset: number;
  readonly length: number;
}

interface Wanted extends Part {
  readonly resolve: (bytes: Buffer | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/** Parts that lie so close to each other are read as one; so long it may become. */
const gapBytes = 8 * 1024;
const mostBytes = 1024 * 1024;

/** Makes one read of those that are asked for at one moment and lie beside each other, as the trees of one backup do. */
export class GatheredReads implements Disposable {
  readonly #read: (part: Part) => Promise<Buffer | undefined>;
  #waiting: Wanted[] = [];
  #isClosed = false;

  /** `read` gives the bytes of a part, fewer where its file ends, undefined where there is none. */
  constructor(read: (part: Part) => Promise<Buffer | undefined>) {
    this.#read = read;
  }

  read(part: Part): Promise<Buffer | undefined> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) return reject(cancelled('closed'));
      if (this.#waiting.push({ ...part, resolve, reject }) === 1) setImmediate(() => this.#readAll());
    });
  }

  /** What nobody has begun to read is not read any more. */
  [Symbol.dispose](): void {
    this.#isClosed = true;
    for (const { reject } of this.#waiting.splice(0)) reject(cancelled('closed'));
  }

  #readAll(): void {
    const all = this.#waiting;
    this.#waiting = [];
    for (const group of groupsOf(all)) void this.#readGroup(group);
  }

  async #readGroup(group: readonly Wanted[]): Promise<void> {
    const [first] = group;
    if (first === undefined) return;
    const { id, offset: start } = first;
    try {
      const bytes = await this.#read({ id, offset: start, length: endOf(group) - start });
      for (const { offset, length, resolve } of group)
        resolve(bytes?.subarray(offset - start, offset - start + length));
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }
}

const endOf = (group: readonly Part[]): number => Math.max(...group.map(({ offset, length }) => offset + length));

function groupsOf(all: readonly Wanted[]): readonly (readonly Wanted[])[] {
  const sorted = all.toSorted((one, other) =>
    one.id < other.id ? -1 : one.id > other.id ? 1 : one.offset - other.offset,
  );
  const groups: Wanted[][] = [];
  let end = 0;
  for (const wanted of sorted) {
    const group = groups.at(-1);
    const [first] = group ?? [];
    const last = Math.max(end, wanted.offset + wanted.length);
    const fits = first?.id === wanted.id && wanted.offset - end <= gapBytes && last - first.offset <= mostBytes;
    if (fits) group?.push(wanted);
    else groups.push([wanted]);
    end = fits ? last : wanted.offset + wanted.length;
  }
  return groups;
}
