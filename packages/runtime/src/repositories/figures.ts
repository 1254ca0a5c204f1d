import type { DurationMs, Instant, RepositoryStatistics } from '@umbracore/contracts';

const day: DurationMs = 24 * 3_600_000;

/** From this share of a quota on it is told of. */
export const quotaWarning = 0.9;

/** What backups have stored in a repository, as the history knows it. */
export interface Growth {
  readonly bytes: number;
  /** Over so much time; 0 if nothing is known. */
  readonly overMs: DurationMs;
}

/** How much of a quota is used, and when it will be full if it goes on so. */
export interface QuotaFigures {
  readonly bytes: number;
  /** 0 to 1, or more. */
  readonly used: number;
  readonly isTight: boolean;
  /** Undefined if it does not grow, or will not within ten years. */
  readonly fullAt: Instant | undefined;
}

/** What the numbers of a repository come to. Ratios are undefined where one of their sides is not known or nothing. */
export interface RepositoryFigures extends RepositoryStatistics {
  /** Bytes before compression for each byte stored. */
  readonly compression: number | undefined;
  /** Bytes of all sources, snapshot by snapshot, for each byte that is there before compression. */
  readonly deduplication: number | undefined;
  /** Of the stored bytes, the share that no snapshot needs: 0 to 1. */
  readonly unused: number | undefined;
  readonly bytesPerDay: number | undefined;
  readonly quota: QuotaFigures | undefined;
}

export function figuresOf(
  statistics: RepositoryStatistics,
  growth: Growth,
  quotaBytes: number | undefined,
  now: Instant,
): RepositoryFigures {
  const { storedBytes, uncompressedBytes, sourceBytes, unusedBytes } = statistics;
  const bytesPerDay = growth.overMs < day ? undefined : growth.bytes / (growth.overMs / day);
  return {
    ...statistics,
    compression: ratio(uncompressedBytes, storedBytes),
    deduplication: ratio(sourceBytes, uncompressedBytes),
    unused: ratio(unusedBytes, storedBytes),
    bytesPerDay,
    quota: quotaBytes === undefined ? undefined : quotaOf(storedBytes, quotaBytes, bytesPerDay, now),
  };
}

function quotaOf(stored: number, quota: number, bytesPerDay: number | undefined, now: Instant): QuotaFigures {
  const days = bytesPerDay === undefined || bytesPerDay <= 0 ? Infinity : Math.max(0, quota - stored) / bytesPerDay;
  const fullAt = days > 3650 ? undefined : now + days * day;
  return { bytes: quota, used: stored / quota, isTight: stored >= quotaWarning * quota, fullAt };
}

const ratio = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined || other === undefined || other === 0 ? undefined : one / other;
