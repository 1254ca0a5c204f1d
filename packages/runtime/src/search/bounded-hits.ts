import type { Hit } from './group.ts';

/** Keeps what was found at so many paths, and whether there was more. */
export class BoundedHits {
  readonly #most: number;
  readonly #paths = new Set<string>();
  readonly hits: Hit[] = [];
  isLimited = false;

  constructor(most: number) {
    this.#most = most;
  }

  /** Of a path that is kept all is kept. */
  add(hit: Hit): void {
    const { path } = hit.entry;
    if (!this.#paths.has(path)) {
      if (this.#paths.size === this.#most) {
        this.isLimited = true;
        return;
      }
      this.#paths.add(path);
    }
    this.hits.push(hit);
  }
}
