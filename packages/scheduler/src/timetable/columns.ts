// What is known about a million jobs is kept in columns of numbers: an object for each would take ten times the space.
// Two classes and not one: an engine that meets one kind of array in a place reads it faster.

/** A column of 32-bit numbers that grows as it is written; 0 where nothing was written. */
export class Int32Column {
  #values = new Int32Array(0);

  get(place: number): number {
    return this.#values[place] ?? 0;
  }

  set(place: number, value: number): void {
    if (place >= this.#values.length) {
      const grown = new Int32Array(lengthFor(place));
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[place] = value;
  }
}

/** A column of instants that grows as it is written. */
export class InstantColumn {
  #values = new Float64Array(0);

  get(place: number): number {
    return this.#values[place] ?? 0;
  }

  set(place: number, value: number): void {
    if (place >= this.#values.length) {
      const grown = new Float64Array(lengthFor(place));
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[place] = value;
  }
}

/** A quarter more than needed: doubling would waste half. */
function lengthFor(place: number): number {
  return Math.max(16, Math.ceil((place + 1) * 1.25));
}
