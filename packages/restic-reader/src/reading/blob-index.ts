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
const fieldsPerBlob = 4;

/** Room for so many at first; the table has twice as many slots. */
const firstRoom = 2048;

/**
 * All blobs of a repository and their places. There may be millions, so they lie in flat arrays, about 70 bytes each, and
 * are found by a hash table over the first bytes of their ids, which are hashes already.
 */
export class BlobIndex {
  readonly #packs: string[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #packBytes: number[] = [];
  #count = 0;
  #ids = Buffer.alloc(idBytes * firstRoom);
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
    if (this.#count * 2 === this.#slots.length) this.#grow();
    // It is compared where it will lie if it is new.
    const at = this.#count * idBytes;
    this.#ids.write(id, at, idBytes, 'hex');
    const slot = this.#slotFor(at, typeNumber(type), number, offset);
    if (this.#slots[slot] !== 0) return;
    this.#slots[slot] = this.#count + 1;
    this.#types[this.#count] = typeNumber(type);
    const field = this.#count * fieldsPerBlob;
    this.#fields[field] = number;
    this.#fields[field + 1] = offset;
    this.#fields[field + 2] = length;
    this.#fields[field + 3] = plainLength ?? 0;
    const entry = plainLength === undefined ? plainEntryBytes : compressedEntryBytes;
    this.#packBytes[number] = (this.#packBytes[number] ?? headerBytes) + length + entry;
    this.#count += 1;
  }

  /** The slot of the blob that is the same and lies at the same place; else the free one where it belongs. */
  #slotFor(at: number, type: number, pack: number, offset: number): number {
    const mask = this.#slots.length - 1;
    let slot = hashOf(this.#ids, at, type) & mask;
    for (let known = this.#slots[slot] ?? 0; known !== 0; known = this.#slots[slot] ?? 0) {
      const number = known - 1;
      const isSame = this.#field(number, 0) === pack && this.#field(number, 1) === offset;
      if (isSame && this.#is(number, type, this.#ids, at)) return slot;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  has(type: BlobType, id: string): boolean {
    return this.numberOf(type, id) !== undefined;
  }

  /** Its place in the order of `blobs()`; of several copies that of one, always the same. */
  numberOf(type: BlobType, id: string): number | undefined {
    const bytes = Buffer.from(id, 'hex');
    return bytes.length === idBytes ? this.#find(typeNumber(type), bytes) : undefined;
  }

  /** Every place of a blob: there may be several copies. */
  places(type: BlobType, id: string): readonly BlobPlace[] {
    const bytes = Buffer.from(id, 'hex');
    if (bytes.length !== idBytes) return [];
    const wanted = typeNumber(type);
    const mask = this.#slots.length - 1;
    const places: BlobPlace[] = [];
    for (let slot = hashOf(bytes, 0, wanted) & mask; this.#slots[slot] !== 0; slot = (slot + 1) & mask) {
      const number = (this.#slots[slot] ?? 0) - 1;
      if (this.#is(number, wanted, bytes, 0)) places.push(this.#placeOf(number));
    }
    return places;
  }

  /** All blobs, those of one pack mostly one after the other. */
  *blobs(): Generator<IndexedBlob> {
    for (let number = 0; number < this.#count; number += 1) {
      const id = this.#ids.toString('hex', number * idBytes, (number + 1) * idBytes);
      yield { id, type: this.#types[number] === 1 ? 'tree' : 'data', ...this.#placeOf(number) };
    }
  }

  /** The number of one of its copies. */
  #find(type: number, id: Buffer): number | undefined {
    const mask = this.#slots.length - 1;
    for (let slot = hashOf(id, 0, type) & mask; this.#slots[slot] !== 0; slot = (slot + 1) & mask) {
      const number = (this.#slots[slot] ?? 0) - 1;
      if (this.#is(number, type, id, 0)) return number;
    }
    return undefined;
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

  #is(number: number, type: number, id: Buffer, at: number): boolean {
    if (this.#types[number] !== type) return false;
    const own = number * idBytes;
    return id.compare(this.#ids, own, own + idBytes, at, at + idBytes) === 0;
  }

  #grow(): void {
    const room = this.#slots.length;
    this.#ids = Buffer.concat([this.#ids], room * idBytes);
    this.#fields = resized(this.#fields, room * fieldsPerBlob, Uint32Array);
    this.#types = resized(this.#types, room, Uint8Array);
    this.#slots = new Uint32Array(room * 2);
    const mask = this.#slots.length - 1;
    for (let number = 0; number < this.#count; number += 1) {
      let slot = hashOf(this.#ids, number * idBytes, this.#types[number] ?? 0) & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = number + 1;
    }
  }
}

const typeNumber = (type: BlobType): number => (type === 'tree' ? 1 : 0);

/** An id is a hash already. */
const hashOf = (id: Buffer, at: number, type: number): number => (id.readUInt32LE(at) ^ type) >>> 0;

function resized<T extends Uint8Array | Uint32Array>(from: T, length: number, make: new (length: number) => T): T {
  const copy = new make(length);
  copy.set(from);
  return copy;
}
