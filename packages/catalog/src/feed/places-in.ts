import { keyOf } from '../names.ts';
import type { Known } from './state-writer.ts';

/** The places in a folder, each of which is taken by one entry. */
export class PlacesIn {
  /** Undefined for what is taken. */
  readonly #places = new Map<string, Known | undefined>();

  constructor(known: readonly Known[]) {
    for (const each of known) this.#places.set(keyOf(each.name, each.nth), each);
  }

  /** The place of the next entry of a name: names that are no UTF-8 may read alike. */
  take(name: string): { readonly nth: number; readonly known: Known | undefined } {
    for (let nth = 0; ; nth += 1) {
      const key = keyOf(name, nth);
      const known = this.#places.get(key);
      if (known === undefined && this.#places.has(key)) continue;
      this.#places.set(key, undefined);
      return { nth, known };
    }
  }

  /** What no entry took. */
  left(): readonly Known[] {
    return [...this.#places.values()].filter((known) => known !== undefined);
  }
}
