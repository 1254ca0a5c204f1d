/** Begins to tell something; what takes long ends soon after `signal` aborts. */
export type Teller<T> = (signal: AbortSignal) => AsyncIterable<T>;

/**
 * What all of them tell, in their order, each as soon as it is its turn, although so many of them are at work at the same time. When
 * nobody listens any more, or one of them failed, the others are stopped and waited for.
 */
export async function* inOrder<T>(
  tellers: readonly Teller<T>[],
  { signal, atOnce = tellers.length }: { readonly signal: AbortSignal; readonly atOnce?: number },
): AsyncGenerator<T> {
  const own = new AbortController();
  const both = AbortSignal.any([signal, own.signal]);
  const lanes = tellers.map((teller) => ({ teller, lane: new Lane<T>() }));
  const waiting = lanes.values();
  const workers = Array.from({ length: Math.min(atOnce, lanes.length) }, async () => {
    for (const { teller, lane } of waiting) await lane.fill(teller(both));
  });
  try {
    for (const { lane } of lanes) yield* lane.told();
  } finally {
    own.abort();
    await Promise.all(workers);
  }
}

/** What one has told so far. */
class Lane<T> {
  readonly #items: T[] = [];
  #isOver = false;
  #failure: { readonly thrown: unknown } | undefined;
  #wake = (): void => undefined;

  /** Never rejects: whoever listens hears of it. */
  async fill(source: AsyncIterable<T>): Promise<void> {
    try {
      for await (const item of source) {
        this.#items.push(item);
        this.#wake();
      }
    } catch (thrown) {
      this.#failure = { thrown };
    }
    this.#isOver = true;
    this.#wake();
  }

  async *told(): AsyncGenerator<T> {
    for (;;) {
      yield* this.#items.splice(0);
      if (this.#items.length > 0) continue;
      if (this.#failure !== undefined) throw this.#failure.thrown;
      if (this.#isOver) return;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}
