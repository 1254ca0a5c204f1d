import type { JobId, RepositoryName, RetentionPolicy } from './job.ts';
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
  /** It was marked before: it is not counted any more, and stays only until it can not be taken back. */
  readonly isMarked?: boolean | undefined;
}

/** Which snapshots go and which stay: a value to look at before anything is removed. Oldest first. */
export type ForgetPlan = readonly ForgetDecision[];

/** Plans for snapshots that carry the tag of a job of ours; all others are left out. Pure. */
export type PlanForget = (snapshots: readonly Snapshot[], policy: RetentionPolicy, now: Instant) => ForgetPlan;

/** Why something is not removed although its policy lets it go. */
export type ForgetObjectionCode =
  /** The plan names what is no snapshot of the job, or decides about one twice. */
  | 'plan'
  | 'pinned'
  /** Its date cannot be right, so nobody knows what it comes after. */
  | 'quarantined'
  /** Its run has not ended. */
  | 'open'
  /** Too few good ones would stay. */
  | 'minimum'
  /** No newer one that stays is as good. */
  | 'unproven'
  /** The repository does not have the snapshot of the last good run. */
  | 'missing'
  /** More at once than the rail of the policy lets go. */
  | 'rail'
  /** The clock shows an earlier time than it did when something was recorded. */
  | 'clock'
  /** A check found the repository damaged. */
  | 'damaged';

/** What the guard holds back, and why. */
export interface ForgetObjection {
  readonly code: ForgetObjectionCode;
  /** Null: everything in the repository. */
  readonly job: JobId | null;
  readonly text: string;
  /** One imperative sentence. */
  readonly hint: string;
}

/** What a forget job would remove from one repository at this moment: the same value that its runs act upon. */
export interface ForgetOutlook {
  /** The forget job. */
  readonly job: JobId;
  readonly repository: RepositoryName;
  readonly policy: RetentionPolicy;
  readonly plan: ForgetPlan;
  readonly objections: readonly ForgetObjection[];
  /**
   * Full ids of what goes: what the plan does not keep and the guard does not hold back. Under a policy with `undoMs` what is not
   * marked yet is only marked.
   */
  readonly removable: readonly string[];
  /** How many other snapshots there are, which the job leaves alone: foreign ones, and those of jobs that it does not name. */
  readonly untouched: number;
}

/** True for what only asks for a person: whoever has seen what goes, and agrees to it, lifts it. */
export const isLiftedByAgreement = ({ code }: ForgetObjection): boolean => code === 'rail' || code === 'clock';

/** Full ids of what a plan lets go and no objection holds back. */
export function removableOf(plan: ForgetPlan, objections: readonly ForgetObjection[]): readonly string[] {
  const held = new Set(objections.map(({ job }) => job));
  return held.has(null) ? [] : plan.flatMap(({ snapshot, job, keep }) => (keep || held.has(job) ? [] : [snapshot]));
}

/** What becomes of a snapshot. `mark`: it is removed later, unless it is taken back. `hold`: the policy lets it go, and the guard does not. */
export type ForgetAction = 'keep' | 'mark' | 'forget' | 'hold';

/** Tells of each decision of an outlook what becomes of its snapshot. */
export function forgetActions({
  policy,
  removable,
}: Pick<ForgetOutlook, 'policy' | 'removable'>): (decision: ForgetDecision) => ForgetAction {
  const going = new Set(removable);
  return ({ snapshot, keep, isMarked = false }) => {
    if (keep) return 'keep';
    if (!going.has(snapshot)) return 'hold';
    return policy.undoMs === undefined || isMarked ? 'forget' : 'mark';
  };
}
