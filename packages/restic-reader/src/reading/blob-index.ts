import { sealBytes } from '../crypto/sealing-key.ts';

export type BlobType = 'data' | 'tree';

/** Where a blob lies. */
export interface BlobPlace {
  readonly pack: string;
  readonly offset: number;
  /** Bytes as it lies there, sealed. */
  readonly length: number;
  /** Bytes of its content if it is compressed; undefined if it lies there as it is. */
  readonly plainLength: number | undefined;
}

export interface IndexedBlob extends BlobPlace {
  readonly id: string;
  readonly type: BlobType;
}

/** What a pack's own header takes: its seal, its length field, and so many bytes for each blob. */
const headerBytes = sealBytes + 4;
const plainEntryBytes = 37;
const compressedEntryBytes = 41;

const idBytes = 32;
/** Ids are compared word by word: calls to compare bytes would cost more than the rest while the code is cold. */
const idWords = idBytes / 4;
const fieldsPerBlob = 4;

/** Room for so many at first; the table has twice as many slots. */
const firstRoom = 2048;

/** What an index says, in flat arrays: as it is kept, and quickly put into another one. */
export interface IndexRows {
  readonly packs: readonly string[];
  /** The ids of the blobs, eight words each. */
  readonly ids: Uint32Array;
  /** Of each blob the number of its pack among those, its offset, its length, and the length of its content or 0. */
  readonly fields: Uint32Array;
  /** 1 for a tree. */
  readonly types: Uint8Array;
}

/**
 * All blobs of a repository and their places. There may be millions, so they lie in flat arrays, about 70 bytes each, and
 * are found by a hash table over the first bytes of their ids, which are hashes already.
 */
export class BlobIndex {
  readonly #packs: string[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #packBytes: number[] = [];
  #count = 0;
  #ids = new Uint32Array(idWords * firstRoom);
  /** Where ids that are looked for lie meanwhile. */
  readonly #wanted = new Uint32Array(idWords);
  readonly #wantedBytes = Buffer.from(this.#wanted.buffer);
  /** Pack, offset, length, length of the content. */
  #fields = new Uint32Array(fieldsPerBlob * firstRoom);
  #types = new Uint8Array(firstRoom);
  /** One more than the blob's number; 0 is free. */
  #slots = new Uint32Array(2 * firstRoom);

  get size(): number {
    return this.#count;
  }

  get packs(): readonly string[] {
    return this.#packs;
  }

  /** Bytes that a pack has if it is whole: its blobs and its header. Undefined if no index names it. */
  packBytes(pack: string): number | undefined {
    const number = this.#numbers.get(pack);
    return number === undefined ? undefined : this.#packBytes[number];
  }

  addPack(pack: string): void {
    this.#numberOf(pack);
  }

  /** What is there already is not added again: after an interrupted prune two index files name the same pack. */
  add({ id, type, pack, offset, length, plainLength }: IndexedBlob): void {
    const number = this.#numberOf(pack);
    if (!this.#takeId(id)) return;
    this.#put(this.#wanted, 0, typeNumber(type), number, offset, length, plainLength ?? 0);
  }

  /** All that another index says. */
  addRows({ packs, ids, fields, types }: IndexRows): void {
    const numbers = Uint32Array.from(packs, (pack) => this.#numberOf(pack));
    this.#makeRoom(this.#count + types.length);
    for (let row = 0; row < types.length; row += 1) {
      const at = row * fieldsPerBlob;
      const pack = numbers[fields[at] ?? 0] ?? 0;
      const [offset, length, plainLength] = [fields[at + 1] ?? 0, fields[at + 2] ?? 0, fields[at + 3] ?? 0];
      this.#put(ids, row * idWords, types[row] ?? 0, pack, offset, length, plainLength);
    }
  }

  get rows(): IndexRows {
    return {
      packs: this.#packs,
      ids: this.#ids.subarray(0, this.#count * idWords),
      fields: this.#fields.subarray(0, this.#count * fieldsPerBlob),
      types: this.#types.subarray(0, this.#count),
    };
  }

  /** One word after the other, for there may be millions. */
  #put(
    ids: Uint32Array,
    from: number,
    type: number,
    pack: number,
    offset: number,
    length: number,
    plainLength: number,
  ): void {
    this.#makeRoom(this.#count + 1);
    const slot = this.#slotFor(ids, from, type, pack, offset);
    if (this.#slots[slot] !== 0) return;
    const at = this.#count * idWords;
    for (let word = 0; word < idWords; word += 1) this.#ids[at + word] = ids[from + word] ?? 0;
    const field = this.#count * fieldsPerBlob;
    this.#fields[field] = pack;
    this.#fields[field + 1] = offset;
    this.#fields[field + 2] = length;
    this.#fields[field + 3] = plainLength;
    this.#types[this.#count] = type;
    const entry = plainLength === 0 ? plainEntryBytes : compressedEntryBytes;
    this.#packBytes[pack] = (this.#packBytes[pack] ?? headerBytes) + length + entry;
    this.#count += 1;
    this.#slots[slot] = this.#count;
  }

  /** The slot of the blob that is the same and lies at the same place; else the free one where it belongs. */
  #slotFor(ids: Uint32Array, from: number, type: number, pack: number, offset: number): number {
    const mask = this.#slots.length - 1;
    let slot = hashOf(ids, from, type) & mask;
    for (let known = this.#slots[slot] ?? 0; known !== 0; known = this.#slots[slot] ?? 0) {
      const number = known - 1;
      const isSame = this.#field(number, 0) === pack && this.#field(number, 1) === offset;
      if (isSame && this.#is(number, type, ids, from)) return slot;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  has(type: BlobType, id: string): boolean {
    return this.numberOf(type, id) !== undefined;
  }

  /** Its place in the order of `blobs()`; of several copies that of one, always the same. */
  numberOf(type: BlobType, id: string): number | undefined {
    if (!this.#takeId(id)) return undefined;
    const wanted = typeNumber(type);
    const mask = this.#slots.length - 1;
    for (let slot = hashOf(this.#wanted, 0, wanted) & mask; this.#slots[slot] !== 0; slot = (slot + 1) & mask) {
      const number = (this.#slots[slot] ?? 0) - 1;
      if (this.#is(number, wanted, this.#wanted, 0)) return number;
    }
    return undefined;
  }

  /** Every place of a blob: there may be several copies. */
  places(type: BlobType, id: string): readonly BlobPlace[] {
    if (!this.#takeId(id)) return [];
    const wanted = typeNumber(type);
    const mask = this.#slots.length - 1;
    const places: BlobPlace[] = [];
    for (let slot = hashOf(this.#wanted, 0, wanted) & mask; this.#slots[slot] !== 0; slot = (slot + 1) & mask) {
      const number = (this.#slots[slot] ?? 0) - 1;
      if (this.#is(number, wanted, this.#wanted, 0)) places.push(this.#placeOf(number));
    }
    return places;
  }

  /** False for what is no id. */
  #takeId(id: string): boolean {
    return id.length === 2 * idBytes && this.#wantedBytes.write(id, 'hex') === idBytes;
  }

  /** All blobs, those of one pack mostly one after the other. */
  *blobs(): Generator<IndexedBlob> {
    const bytes = Buffer.from(this.#ids.buffer);
    for (let number = 0; number < this.#count; number += 1) {
      const id = bytes.toString('hex', number * idBytes, (number + 1) * idBytes);
      yield { id, type: this.#types[number] === 1 ? 'tree' : 'data', ...this.#placeOf(number) };
    }
  }

  #numberOf(pack: string): number {
    const known = this.#numbers.get(pack);
    if (known !== undefined) return known;
    const number = this.#packs.push(pack) - 1;
    this.#numbers.set(pack, number);
    this.#packBytes.push(headerBytes);
    return number;
  }

  #placeOf(number: number): BlobPlace {
    return {
      pack: this.#packs[this.#field(number, 0)] ?? '',
      offset: this.#field(number, 1),
      length: this.#field(number, 2),
      plainLength: this.#field(number, 3) || undefined,
    };
  }

  #field(number: number, field: number): number {
    return this.#fields[number * fieldsPerBlob + field] ?? 0;
  }

  #is(number: number, type: number, ids: Uint32Array, from: number): boolean {
    if (this.#types[number] !== type) return false;
    const own = number * idWords;
    for (let word = 0; word < idWords; word += 1) if (this.#ids[own + word] !== ids[from + word]) return false;
    return true;
  }

  #makeRoom(count: number): void {
    let room = this.#slots.length / 2;
    if (count <= room) return;
    while (room < count) room *= 2;
    this.#ids = resized(this.#ids, room * idWords, Uint32Array);
    this.#fields = resized(this.#fields, room * fieldsPerBlob, Uint32Array);
    this.#types = resized(this.#types, room, Uint8Array);
    this.#slots = new Uint32Array(room * 2);
    const mask = this.#slots.length - 1;
    for (let number = 0; number < this.#count; number += 1) {
      let slot = hashOf(this.#ids, number * idWords, this.#types[number] ?? 0) & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = number + 1;
    }
  }
}

const typeNumber = (type: BlobType): number => (type === 'tree' ? 1 : 0);

/** An id is a hash already. */
const hashOf = (ids: Uint32Array, from: number, type: number): number => ((ids[from] ?? 0) ^ type) >>> 0;

function resized<T extends Uint8Array | Uint32Array>(from: T, length: number, make: new (length: number) => T): T {
  const copy = new make(length);
  copy.set(from);
  return copy;
}
