/** Nothing: no place, no bucket, no entry. */
export const none = -1;

/**
 * Finds places by the hash of what stands there. A `Map` would do the same at four times the space.
 *
 * Places lie in a ring of slots, each at the slot that its hash names or, if that is taken, at the next free one.
 */
export class PlaceIndex {
  readonly #hashOf: (place: number) => number;
  #slots = new Int32Array(16).fill(none);
  #size = 0;

  constructor(hashOf: (place: number) => number) {
    this.#hashOf = hashOf;
  }

  get size(): number {
    return this.#size;
  }

  /** Where to begin with `at` to find a place of this hash. */
  slotOf(hash: number): number {
    return hash & (this.#slots.length - 1);
  }

  /** The place in a slot; `none` ends the search. */
  at(slot: number): number {
    return this.#slots[slot] ?? none;
  }

  slotAfter(slot: number): number {
    return (slot + 1) & (this.#slots.length - 1);
  }

  /** Adds a place that is not there yet. */
  add(place: number): void {
    // Up to three quarters full, searches stay short.
    if ((this.#size + 1) * 4 > this.#slots.length * 3) this.#grow();
    this.#put(place);
    this.#size += 1;
  }

  /** Takes away the place in a slot. */
  deleteAt(slot: number): void {
    let free = slot;
    for (let next = this.slotAfter(slot); this.at(next) !== none; next = this.slotAfter(next)) {
      // What follows moves up, unless it would come to lie before the slot where searches for it begin.
      const begin = this.slotOf(this.#hashOf(this.at(next)));
      const mayMove = free <= next ? begin <= free || begin > next : begin <= free && begin > next;
      if (!mayMove) continue;
      this.#slots[free] = this.at(next);
      free = next;
    }
    this.#slots[free] = none;
    this.#size -= 1;
  }

  #put(place: number): void {
    let slot = this.slotOf(this.#hashOf(place));
    while (this.at(slot) !== none) slot = this.slotAfter(slot);
    this.#slots[slot] = place;
  }

  #grow(): void {
    const places = this.#slots;
    this.#slots = new Int32Array(places.length * 2).fill(none);
    for (const place of places) if (place !== none) this.#put(place);
  }
}
