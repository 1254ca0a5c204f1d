import { later, type Later } from './later.ts';

/** Takes values from who brings them to who asks for them, one lot at a time: nobody brings more than is taken. */
export class Handover<T> {
  #waiting: Later<readonly T[] | undefined> = later();
  #taken: Later<void> = later();

  /** Resolves when they were taken. */
  give(values: readonly T[]): Promise<void> {
    this.#waiting.resolve(values);
    return this.#taken.promise;
  }

  end(): void {
    this.#waiting.resolve(undefined);
  }

  fail(thrown: unknown): void {
    this.#waiting.promise.catch(() => {});
    this.#waiting.reject(thrown as Error);
  }

  /** Undefined when there are no more. */
  async take(): Promise<readonly T[] | undefined> {
    const values = await this.#waiting.promise;
    const taken = this.#taken;
    this.#waiting = later();
    this.#taken = later();
    taken.resolve();
    return values;
  }
}
