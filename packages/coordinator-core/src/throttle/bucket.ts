import type { DurationMs } from '@umbracore/contracts';

/** Room for so many at once, and for one more in each period. */
export interface BucketRule {
  readonly burst: number;
  readonly everyMs: DurationMs;
}

/** Tokens at one monotonic time; never below zero, never above the burst. */
export interface Bucket {
  readonly tokens: number;
  readonly atMs: number;
}

export const fullBucket = ({ burst }: BucketRule, atMs: number): Bucket => ({ tokens: burst, atMs });

/** The bucket without one token, or undefined if there is none. */
export function take({ burst, everyMs }: BucketRule, bucket: Bucket, nowMs: number): Bucket | undefined {
  // A clock that goes back brings nothing and costs nothing.
  const gained = Math.max(0, nowMs - bucket.atMs) / everyMs;
  const tokens = Math.min(burst, bucket.tokens + gained);
  return tokens < 1 ? undefined : { tokens: tokens - 1, atMs: nowMs };
}
