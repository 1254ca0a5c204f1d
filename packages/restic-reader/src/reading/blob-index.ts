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
 * All blobs of a repository and their places. There may be millions, so they lie in flat arrays, about 60 bytes each, and
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
  add(blob: IndexedBlob): void {
    const number = this.#numberOf(blob.pack);
    const id = Buffer.from(blob.id, 'hex');
    const start = hashOf(id, blob.type);
    for (const known of this.#matches(id, blob.type, start)) {
      if (this.#field(known, 0) === number && this.#field(known, 1) === blob.offset) return;
    }
    if (this.#count * 2 === this.#slots.length) this.#grow();
    this.#write(id, blob, number);
    const entry = blob.plainLength === undefined ? plainEntryBytes : compressedEntryBytes;
    this.#packBytes[number] = (this.#packBytes[number] ?? headerBytes) + blob.length + entry;
    this.#enter(start, this.#count);
    this.#count += 1;
  }

  /** Every place of a blob: there may be several copies. */
  places(type: BlobType, id: string): readonly BlobPlace[] {
    const bytes = Buffer.from(id, 'hex');
    if (bytes.length !== idBytes) return [];
    return [...this.#matches(bytes, type, hashOf(bytes, type))].map((number) => this.#placeOf(number));
  }

  /** All blobs, those of one pack mostly one after the other. */
  *blobs(): Generator<IndexedBlob> {
    for (let number = 0; number < this.#count; number += 1) {
      const id = this.#ids.toString('hex', number * idBytes, (number + 1) * idBytes);
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

  *#matches(id: Buffer, type: BlobType, start: number): Generator<number> {
    const wanted = typeNumber(type);
    const mask = this.#slots.length - 1;
    for (let slot = start & mask; ; slot = (slot + 1) & mask) {
      const number = (this.#slots[slot] ?? 0) - 1;
      if (number < 0) return;
      const at = number * idBytes;
      if (this.#types[number] === wanted && this.#ids.compare(id, 0, idBytes, at, at + idBytes) === 0) yield number;
    }
  }

  #write(id: Buffer, { type, offset, length, plainLength }: IndexedBlob, pack: number): void {
    id.copy(this.#ids, this.#count * idBytes);
    this.#fields.set([pack, offset, length, plainLength ?? 0], this.#count * fieldsPerBlob);
    this.#types[this.#count] = typeNumber(type);
  }

  #enter(start: number, number: number): void {
    const mask = this.#slots.length - 1;
    let slot = start & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = number + 1;
  }

  #grow(): void {
    const room = this.#slots.length;
    this.#ids = Buffer.concat([this.#ids], room * idBytes);
    this.#fields = resized(this.#fields, room * fieldsPerBlob, Uint32Array);
    this.#types = resized(this.#types, room, Uint8Array);
    this.#slots = new Uint32Array(room * 2);
    for (let number = 0; number < this.#count; number += 1) {
      const id = this.#ids.subarray(number * idBytes, (number + 1) * idBytes);
      this.#enter(hashOf(id, this.#types[number] === 1 ? 'tree' : 'data'), number);
    }
  }
}

const typeNumber = (type: BlobType): number => (type === 'tree' ? 1 : 0);

const hashOf = (id: Buffer, type: BlobType): number => (id.readUInt32LE(0) ^ typeNumber(type)) >>> 0;

function resized<T extends Uint8Array | Uint32Array>(from: T, length: number, make: new (length: number) => T): T {
  const copy = new make(length);
  copy.set(from);
  return copy;
}
