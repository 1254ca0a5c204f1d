const idBytes = 32;
const firstRoom = 1024;

/**
 * A set of ids, each the SHA-256 of something. There may be a million, so they lie side by side in one buffer, 40 bytes each, and
 * are found by their first bytes, which are a hash already.
 */
export class IdSet {
  #count = 0;
  #ids = Buffer.alloc(idBytes * firstRoom);
  /** One more than the id's number; 0 is free. */
  #slots = new Uint32Array(2 * firstRoom);

  /** From what `bytes` gave. */
  static from(bytes: Buffer): IdSet {
    const set = new IdSet();
    for (let at = 0; at + idBytes <= bytes.length; at += idBytes) set.#add(bytes, at);
    return set;
  }

  get size(): number {
    return this.#count;
  }

  /** All ids, one after the other. */
  get bytes(): Buffer {
    return this.#ids.subarray(0, this.#count * idBytes);
  }

  /** False if it was there already. */
  add(id: string): boolean {
    return this.#add(Buffer.from(id, 'hex'), 0);
  }

  has(id: string): boolean {
    const bytes = Buffer.from(id, 'hex');
    return bytes.length === idBytes && this.#slots[this.#slotFor(bytes, 0)] !== 0;
  }

  copy(): IdSet {
    const copy = new IdSet();
    copy.#count = this.#count;
    copy.#ids = Buffer.from(this.#ids);
    copy.#slots = this.#slots.slice();
    return copy;
  }

  #add(from: Buffer, at: number): boolean {
    if (this.#count * 2 === this.#slots.length) this.#grow();
    const slot = this.#slotFor(from, at);
    if (this.#slots[slot] !== 0) return false;
    from.copy(this.#ids, this.#count * idBytes, at, at + idBytes);
    this.#count += 1;
    this.#slots[slot] = this.#count;
    return true;
  }

  /** Where an id is; else the free slot where it belongs. */
  #slotFor(from: Buffer, at: number): number {
    const mask = this.#slots.length - 1;
    let slot = from.readUInt32LE(at) & mask;
    for (let known = this.#slots[slot] ?? 0; known !== 0; known = this.#slots[slot] ?? 0) {
      const own = (known - 1) * idBytes;
      if (this.#ids.compare(from, at, at + idBytes, own, own + idBytes) === 0) return slot;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #grow(): void {
    this.#ids = Buffer.concat([this.#ids], this.#slots.length * idBytes);
    this.#slots = new Uint32Array(this.#slots.length * 2);
    const mask = this.#slots.length - 1;
    for (let number = 0; number < this.#count; number += 1) {
      let slot = this.#ids.readUInt32LE(number * idBytes) & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = number + 1;
    }
  }
}
