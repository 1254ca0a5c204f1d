import type { SnapshotEntry } from '@umbracore/contracts';
import { Leading } from './leading.ts';
import { seededKeys } from './seeded-key.ts';

/** What is wanted of one snapshot. */
export interface FileWish {
  /** The same one chooses the same files. */
  readonly seed: string;
  /** At most so many, and so many bytes in all. */
  readonly files: number;
  readonly maxBytes: number;
  /** Paths that are chosen whatever the limits say; they count all the same. */
  readonly must: ReadonlySet<string>;
  /** Whether an earlier drill restored the file. */
  readonly wasDrilled: (path: string) => boolean;
}

export interface FileChoice {
  readonly files: readonly SnapshotEntry[];
  /** Those of `must` that the snapshot has, as a file or as something else. */
  readonly present: ReadonlySet<string>;
  /** Of everything in the snapshot. */
  readonly totalBytes: number;
  /** Files that alone are more than there may be. */
  readonly tooLarge: number;
  /** Files whose names are no UTF-8, so that they cannot be named to an engine, or too long to be restored below another folder. */
  readonly oddNames: number;
}

interface Candidate {
  readonly entry: SnapshotEntry;
  /** 0: never drilled; 1: drilled before; 2: empty, which proves little. */
  readonly rank: 0 | 1 | 2;
  readonly key: number;
}

/**
 * Chooses files out of a listing of any length in little memory: what must be, some of the largest and some of the newest, and
 * for the rest lots are drawn. Everywhere the files that were never drilled come first. The order of the listing changes nothing.
 */
export class FileChooser {
  readonly #wish: FileWish;
  readonly #keyOf: (path: string) => number;
  readonly #must: SnapshotEntry[] = [];
  readonly #present = new Set<string>();
  readonly #drawn: Leading<Candidate>;
  readonly #largest: Leading<Candidate>;
  readonly #newest: Leading<Candidate>;
  #totalBytes = 0;
  #tooLarge = 0;
  #oddNames = 0;

  constructor(wish: FileWish) {
    // Room for those that come first and then do not fit.
    const kept = 2 * wish.files + 50;
    this.#wish = wish;
    this.#keyOf = seededKeys(wish.seed);
    this.#drawn = new Leading(kept, byChance);
    this.#largest = new Leading(
      kept,
      inOrderOf(({ entry }) => entry.size),
    );
    this.#newest = new Leading(
      kept,
      inOrderOf(({ entry }) => entry.modifiedAt),
    );
  }

  add(entry: SnapshotEntry): void {
    const { path, type, size } = entry;
    const { must, maxBytes, wasDrilled } = this.#wish;
    if (must.has(path)) this.#present.add(path);
    if (type !== 'file') return;
    this.#totalBytes += size;
    if (isOdd(path)) return void (this.#oddNames += 1);
    if (must.has(path)) return void this.#must.push(entry);
    if (size > maxBytes) return void (this.#tooLarge += 1);
    const candidate: Candidate = { entry, rank: size === 0 ? 2 : wasDrilled(path) ? 1 : 0, key: this.#keyOf(path) };
    this.#drawn.add(candidate);
    if (size <= maxBytes / 2) this.#largest.add(candidate);
    this.#newest.add(candidate);
  }

  choose(): FileChoice {
    const { files, maxBytes } = this.#wish;
    const pick = new Pick(this.#must, files, maxBytes);
    const fifth = Math.floor(Math.max(0, files - pick.count) / 5);
    pick.take(this.#largest.all(), fifth, maxBytes / 2);
    pick.take(this.#newest.all(), fifth, maxBytes);
    pick.take(this.#drawn.all(), files, maxBytes);
    return {
      files: pick.files(),
      present: this.#present,
      totalBytes: this.#totalBytes,
      tooLarge: this.#tooLarge,
      oddNames: this.#oddNames,
    };
  }
}

/** The same for a listing that is there already. */
export function chooseFiles(entries: Iterable<SnapshotEntry>, wish: FileWish): FileChoice {
  const chooser = new FileChooser(wish);
  for (const entry of entries) chooser.add(entry);
  return chooser.choose();
}

/** Some room is left for the folder that it is restored into: systems know paths of 4096 bytes. */
const longestPath = 3500;

/** A byte that is no UTF-8 is listed as a replacement character, and cannot be told any more. */
const isOdd = (path: string): boolean =>
  path.includes('\uFFFD') || (path.length > longestPath / 3 && Buffer.byteLength(path) > longestPath);

class Pick {
  readonly #taken: Map<string, SnapshotEntry>;
  readonly #files: number;
  readonly #maxBytes: number;
  #bytes: number;

  constructor(must: readonly SnapshotEntry[], files: number, maxBytes: number) {
    this.#taken = new Map(must.map((entry) => [entry.path, entry]));
    this.#files = files;
    this.#maxBytes = maxBytes;
    this.#bytes = must.reduce((sum, { size }) => sum + size, 0);
  }

  get count(): number {
    return this.#taken.size;
  }

  /** At most so many more, and so many bytes more. */
  take(candidates: readonly Candidate[], count: number, bytes: number): void {
    const [lastCount, lastBytes] = [this.count + count, this.#bytes + bytes];
    for (const { entry } of candidates) {
      if (this.count >= Math.min(lastCount, this.#files)) return;
      const after = this.#bytes + entry.size;
      if (this.#taken.has(entry.path) || after > Math.min(lastBytes, this.#maxBytes)) continue;
      this.#taken.set(entry.path, entry);
      this.#bytes = after;
    }
  }

  files(): readonly SnapshotEntry[] {
    return [...this.#taken.values()].sort((one, other) => compareText(one.path, other.path));
  }
}

const compareText = (one: string, other: string): number => (one < other ? -1 : Number(one > other));

const byChance = (one: Candidate, other: Candidate): number =>
  one.rank - other.rank || one.key - other.key || compareText(one.entry.path, other.entry.path);

const inOrderOf =
  (amount: (candidate: Candidate) => number) =>
  (one: Candidate, other: Candidate): number =>
    one.rank - other.rank || amount(other) - amount(one) || byChance(one, other);
