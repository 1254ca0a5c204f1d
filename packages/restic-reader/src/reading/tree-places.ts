import type { BlobPlace, IndexedBlob } from './blob-index.ts';

const idBytes = 32;
/** An id and four numbers: pack, offset, length, length of the content. */
export const rowBytes = idBytes + 4 * 4;

/** What one index file says of trees. It never changes: the file's name is the hash of its content. */
export interface TreeRows {
  /** Ids of packs, one after the other. */
  readonly packs: Buffer;
  /** The pack of a row is a number among those. */
  readonly rows: Buffer;
}

/** Takes the trees out of what an index file names. */
export class TreeRowsBuilder {
  readonly #packs: Buffer[] = [];
  readonly #rows: Buffer[] = [];
  #pack = '';

  /** A pack without trees is none that anybody looks for here. */
  addPack(): void {
    this.#pack = '';
  }

  add({ id, type, pack, offset, length, plainLength }: IndexedBlob): void {
    if (type !== 'tree') return;
    if (this.#pack !== pack) this.#packs.push(Buffer.from(pack, 'hex'));
    this.#pack = pack;
    const row = Buffer.allocUnsafe(rowBytes);
    row.write(id, 'hex');
    for (const [place, number] of [this.#packs.length - 1, offset, length, plainLength ?? 0].entries())
      row.writeUInt32LE(number, idBytes + 4 * place);
    this.#rows.push(row);
  }

  get result(): TreeRows {
    return { packs: Buffer.concat(this.#packs), rows: Buffer.concat(this.#rows) };
  }
}

/**
 * Where the trees of a repository lie. The rows stay as they are, beside a table over the first bytes of their ids, which are
 * hashes already.
 */
export class TreePlaces {
  readonly #parts: readonly TreeRows[];
  /** Of each row one more than the number of its part, above the number of the row in it; 0 is free. */
  readonly #slots: Float64Array;

  constructor(parts: Iterable<TreeRows>) {
    this.#parts = [...parts];
    const count = this.#parts.reduce((sum, { rows }) => sum + rows.length / rowBytes, 0);
    this.#slots = new Float64Array(2 ** Math.ceil(Math.log2(2 * count + 2)));
    for (const [part, { rows }] of this.#parts.entries()) {
      for (let at = 0; at < rows.length; at += rowBytes) {
        this.#slots[this.#freeSlot(rows.readUInt32LE(at))] = (part + 1) * partStep + at;
      }
    }
  }

  /** Every place of a tree: there may be several copies. */
  places(id: string): readonly BlobPlace[] {
    const wanted = Buffer.from(id, 'hex');
    if (wanted.length !== idBytes) return [];
    const places: BlobPlace[] = [];
    const mask = this.#slots.length - 1;
    for (let slot = wanted.readUInt32LE(0) & mask; this.#slots[slot] !== 0; slot = (slot + 1) & mask) {
      const value = this.#slots[slot] ?? 0;
      const part = this.#parts[Math.floor(value / partStep) - 1];
      const at = value % partStep;
      if (part !== undefined && part.rows.compare(wanted, 0, idBytes, at, at + idBytes) === 0)
        places.push(placeIn(part, at));
    }
    return places;
  }

  #freeSlot(hash: number): number {
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    return slot;
  }
}

/** No index file has rows for so many bytes. */
const partStep = 2 ** 32;

function placeIn({ packs, rows }: TreeRows, at: number): BlobPlace {
  const number = (place: number): number => rows.readUInt32LE(at + idBytes + 4 * place);
  const pack = number(0) * idBytes;
  return {
    pack: packs.toString('hex', pack, pack + idBytes),
    offset: number(1),
    length: number(2),
    plainLength: number(3) || undefined,
  };
}
