/** Hands batches from a writer to a reader, one at a time: the writer waits until its batch was taken. */
export class Relay<T> {
  #batch: readonly T[] | undefined;
  #closed = false;
  #wake: (() => void) | undefined;
  #taken: (() => void) | undefined;

  put(batch: readonly T[]): Promise<void> {
    if (this.#closed || batch.length === 0) return Promise.resolve();
    this.#batch = batch;
    this.#wake?.();
    return new Promise((resolve) => {
      this.#taken = resolve;
    });
  }

  close(): void {
    this.#closed = true;
    this.#wake?.();
    this.#taken?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<readonly T[]> {
    for (;;) {
      const batch = this.#batch;
      if (batch !== undefined) {
        this.#batch = undefined;
        yield batch;
        this.#taken?.();
      } else if (this.#closed) {
        return;
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }
}
