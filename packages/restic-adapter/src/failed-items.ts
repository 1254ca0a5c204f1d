import { unreadableLimit, type UnreadableItem } from '@umbracore/contracts';
import type { Mask } from './mask.ts';

const longestReason = 500;

/**
 * Items that failed, each counted once: restic reports an item again for every blob and phase. Beyond the limit items are
 * counted as they come, since remembering all of them has no bound.
 */
export class FailedItems {
  readonly #mask: Mask;
  readonly #items = new Map<string, UnreadableItem>();
  #beyond = 0;
  #beyondLast = '';

  constructor(mask: Mask) {
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
