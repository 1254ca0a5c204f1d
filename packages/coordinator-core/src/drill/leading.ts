/** The first ones of many in an order, without keeping the others. */
export class Leading<T> {
  readonly #limit: number;
  readonly #compare: (one: T, other: T) => number;
  #kept: T[] = [];
  /** The last one that counts, once there were more than there is room for. */
  #last: T | undefined;

  constructor(limit: number, compare: (one: T, other: T) => number) {
    this.#limit = limit;
    this.#compare = compare;
  }

  add(item: T): void {
    if (this.#last !== undefined && this.#compare(item, this.#last) >= 0) return;
    this.#kept.push(item);
    if (this.#kept.length >= 2 * this.#limit) this.#cut();
  }

  /** In order. */
  all(): readonly T[] {
    this.#cut();
    return this.#kept;
  }

  #cut(): void {
    this.#kept.sort(this.#compare);
    if (this.#kept.length < this.#limit) return;
    this.#kept = this.#kept.slice(0, this.#limit);
    this.#last = this.#kept.at(-1);
  }
}
