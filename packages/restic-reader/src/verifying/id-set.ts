const idBytes = 32;
/** Ids are compared word by word: calls to compare bytes would cost more than the rest while the code is cold. */
const idWords = idBytes / 4;
const firstRoom = 1024;

/**
 * A set of ids, each the SHA-256 of something. There may be a million, so they lie side by side in one array, 40 bytes each, and
 * are found by their first bytes, which are a hash already.
 */
export class IdSet {
  #count = 0;
  #ids = new Uint32Array(idWords * firstRoom);
  /** One more than the id's number; 0 is free. */
  #slots = new Uint32Array(2 * firstRoom);
  /** Where an id that is looked for lies meanwhile. */
  readonly #wanted = new Uint32Array(idWords);
  readonly #wantedBytes = Buffer.from(this.#wanted.buffer);

  /** From what `bytes` gave, in which each is once. */
  static from(bytes: Buffer): IdSet {
    const set = new IdSet();
    const count = Math.floor(bytes.length / idBytes);
    set.#makeRoom(2 ** Math.ceil(Math.log2(Math.max(count, firstRoom))));
    Buffer.from(set.#ids.buffer).set(bytes.subarray(0, count * idBytes));
    set.#count = count;
    set.#fillSlots();
    return set;
  }

  get size(): number {
    return this.#count;
  }

  /** All ids, one after the other. */
  get bytes(): Buffer {
    return Buffer.from(this.#ids.buffer, 0, this.#count * idBytes);
  }

  /** False if it was there already. */
  add(id: string): boolean {
    if (this.#count * 2 === this.#slots.length) this.#grow();
    this.#wantedBytes.write(id, 'hex');
    const slot = this.#slotOfWanted();
    if (this.#slots[slot] !== 0) return false;
    this.#ids.set(this.#wanted, this.#count * idWords);
    this.#count += 1;
    this.#slots[slot] = this.#count;
    return true;
  }

  has(id: string): boolean {
    const isId = id.length === 2 * idBytes && this.#wantedBytes.write(id, 'hex') === idBytes;
    return isId && this.#slots[this.#slotOfWanted()] !== 0;
  }

  copy(): IdSet {
    const copy = new IdSet();
    copy.#count = this.#count;
    copy.#ids = this.#ids.slice();
    copy.#slots = this.#slots.slice();
    return copy;
  }

  /** Where an id is; else the free slot where it belongs. */
  #slotOfWanted(): number {
    const mask = this.#slots.length - 1;
    let slot = (this.#wanted[0] ?? 0) & mask;
    for (let known = this.#slots[slot] ?? 0; known !== 0; known = this.#slots[slot] ?? 0) {
      if (this.#isWanted((known - 1) * idWords)) return slot;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #isWanted(at: number): boolean {
    for (let word = 0; word < idWords; word += 1) if (this.#ids[at + word] !== this.#wanted[word]) return false;
    return true;
  }

  #grow(): void {
    this.#makeRoom(this.#slots.length);
    this.#fillSlots();
  }

  #makeRoom(room: number): void {
    const ids = new Uint32Array(room * idWords);
    ids.set(this.#ids);
    this.#ids = ids;
    this.#slots = new Uint32Array(2 * room);
  }

  #fillSlots(): void {
    const mask = this.#slots.length - 1;
    for (let number = 0; number < this.#count; number += 1) {
      let slot = (this.#ids[number * idWords] ?? 0) & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = number + 1;
    }
  }
}
