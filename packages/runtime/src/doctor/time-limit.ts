import type { Clock, DurationMs, UmbraError } from '@umbracore/contracts';

export interface TimeLimitOptions {
  readonly clock: Pick<Clock, 'sleep'>;
  readonly limitMs: DurationMs;
  /** Aborts earlier. */
  readonly signal: AbortSignal;
  readonly problem: UmbraError;
}

/** Aborts its signal with the problem when the time has passed, unless it is disposed before. */
export class TimeLimit implements Disposable {
  readonly signal: AbortSignal;
  readonly #over = new AbortController();

  constructor({ clock, limitMs, signal, problem }: TimeLimitOptions) {
    const enough = new AbortController();
    this.signal = AbortSignal.any([signal, enough.signal]);
    const waited = clock.sleep(limitMs, AbortSignal.any([signal, this.#over.signal]));
    void waited.then(
      () => enough.abort(problem),
      () => undefined,
    );
  }

  [Symbol.dispose](): void {
    this.#over.abort();
  }
}
