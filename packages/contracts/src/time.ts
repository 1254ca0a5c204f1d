/** Milliseconds since 1970-01-01T00:00:00Z, as a whole number. */
export type Instant = number;

/** A length of time in milliseconds. */
export type DurationMs = number;

/**
 * The only source of time and of waiting.
 *
 * The wall clock may jump in both directions; `monotonicMs` never goes back and is what lengths are measured with.
 */
export interface Clock {
  /** The wall clock. */
  now(): Instant;
  /** Milliseconds since an arbitrary start; never goes back. */
  monotonicMs(): number;
  /** Resolves after `delayMs`; rejects with the signal's reason as soon as it aborts. */
  sleep(delayMs: DurationMs, signal?: AbortSignal): Promise<void>;
  /** Calls `tick` every `periodMs` until disposed. A tick that takes longer than the period delays the next one. */
  every(periodMs: DurationMs, tick: () => void): Disposable;
}
