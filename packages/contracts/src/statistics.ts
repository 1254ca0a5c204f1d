import type { JobId } from './job.ts';
import type { RunOutcome } from './run.ts';
import type { DurationMs, Instant } from './time.ts';

/** What many ended runs come to. Dry runs are not among them. */
export interface RunStatistics {
  readonly runs: number;
  readonly outcomes: Readonly<Record<RunOutcome, number>>;
  /**
   * The share of those that came to an end of their own, good, with a warning or failed, that was good: 0 to 1. Undefined if none
   * did.
   */
  readonly successRate: number | undefined;
  /** How long good ones took, those with a warning included: half of them no longer, and 95 of 100. Undefined if there are none. */
  readonly medianMs: DurationMs | undefined;
  readonly p95Ms: DurationMs | undefined;
  /** Bytes that backups added to their repositories. */
  readonly bytesAdded: number;
  /** When the first and the last of them were queued; undefined if there are none. */
  readonly first: Instant | undefined;
  readonly last: Instant | undefined;
}

export interface JobStatistics extends RunStatistics {
  readonly job: JobId;
}

/** By job, in the order of their names, and over all of them. */
export interface HistoryStatistics {
  readonly jobs: readonly JobStatistics[];
  readonly total: RunStatistics;
}
