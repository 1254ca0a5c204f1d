import type { JobId } from './job.ts';
import type { Instant } from './time.ts';

/** What a copy brought, and how both sides stand afterwards. What is optional is absent in records of earlier versions. */
export interface CopyReport {
  readonly kind: 'copy';
  /** The ids that the copies have in the repository that they were brought to; in a dry run those that would be copied. */
  readonly copied: readonly string[];
  /** So many were not brought, for the forget of that repository would remove them at once. */
  readonly passedOver?: number | undefined;
  /** So many snapshots that both have were compared. */
  readonly compared?: number | undefined;
  /** Copies that hold something else than what they were copied from, by their ids. */
  readonly different?: readonly string[] | undefined;
  /** The time of the newest snapshot of each job that both have. */
  readonly upTo?: Readonly<Record<JobId, Instant>> | undefined;
}
