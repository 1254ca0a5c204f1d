import type { RetentionPolicy } from './job.ts';
import type { Snapshot } from './snapshot.ts';
import type { Instant } from './time.ts';

/** What becomes of one snapshot, and why. */
export interface ForgetDecision {
  /** Full id. */
  readonly snapshot: string;
  readonly time: Instant;
  /** The job it belongs to. */
  readonly job: string;
  readonly keep: boolean;
  /** Such as "daily snapshot 3 of 7" or "no rule keeps it". */
  readonly reasons: readonly string[];
}

/** Which snapshots go and which stay: a value to look at before anything is removed. Oldest first. */
export type ForgetPlan = readonly ForgetDecision[];

/** Plans for snapshots that carry the tag of a job of ours; all others are left out. Pure. */
export type PlanForget = (snapshots: readonly Snapshot[], policy: RetentionPolicy, now: Instant) => ForgetPlan;
