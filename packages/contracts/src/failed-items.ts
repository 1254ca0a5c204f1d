import { unreadableLimit, type UnreadableItem } from './backup.ts';

const longestReason = 500;

/**
 * Items that failed, each counted once: an engine may report one again and again. Beyond the limit they are counted as they come,
 * since remembering all of them has no bound.
 */
export class FailedItems {
  readonly #mask: (text: string) => string;
  readonly #items = new Map<string, UnreadableItem>();
  #beyond = 0;
  #beyondLast = '';

  /** `mask` makes reasons fit for logs and people. */
  constructor(mask: (text: string) => string) {
    this.#mask = mask;
  }

  get items(): readonly UnreadableItem[] {
    return [...this.#items.values()];
  }

  get count(): number {
    return this.#items.size + this.#beyond;
  }

  add({ path, reason }: UnreadableItem): void {
    if (this.#items.has(path) || path === this.#beyondLast) return;
    if (this.#items.size < unreadableLimit) {
      this.#items.set(path, { path, reason: this.#mask(reason).slice(0, longestReason) });
      return;
    }
    this.#beyond += 1;
    this.#beyondLast = path;
  }
}
