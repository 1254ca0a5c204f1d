import { unreadableLimit, type UnreadableItem } from '@umbracore/contracts';
import type { Mask } from './mask.ts';

const longestReason = 500;

/** Items that failed, each counted once; beyond the limit they are counted as they come. */
export class FailedItems {
  readonly #mask: Mask;
  readonly #items = new Map<string, UnreadableItem>();
  #beyond = 0;

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
    if (this.#items.has(path)) return;
    if (this.#items.size < unreadableLimit) {
      this.#items.set(path, { path, reason: this.#mask(reason).slice(0, longestReason) });
    } else this.#beyond += 1;
  }
}
