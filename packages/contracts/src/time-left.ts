import type { DurationMs } from './time.ts';

/** What a few seconds show of the speed is noise: many small files, or what a cache still had. */
const leastMeasuredMs: DurationMs = 3000;
/** A time that is so many times as long as what it was taken from is a guess. */
const mostTimes = 100;

/** What a time left is told from. */
export interface Course {
  /** What there is yet to do; undefined if nobody knows. */
  readonly bytesLeft: number | undefined;
  readonly bytesPerSecond: number | undefined;
  /** Since the first byte. */
  readonly measuredMs: DurationMs;
}

/** Seconds until all is done; undefined as long as there is nothing to tell it from. */
export function timeLeft({ bytesLeft, bytesPerSecond, measuredMs }: Course): number | undefined {
  if (bytesLeft === undefined || bytesPerSecond === undefined || bytesPerSecond <= 0) return undefined;
  if (measuredMs < leastMeasuredMs) return undefined;
  const seconds = Math.max(0, Math.ceil(bytesLeft / bytesPerSecond));
  return seconds * 1000 > mostTimes * measuredMs ? undefined : seconds;
}
