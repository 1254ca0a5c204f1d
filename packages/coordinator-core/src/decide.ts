import type {
  ConditionState,
  Instant,
  JobDefinition,
  Opening,
  ReasonCode,
  RepositoryName,
  RunId,
  Slot,
  SourceFact,
  Trigger,
} from '@umbracore/contracts';
import type { Shortage } from './dispatch/admit.ts';
import { findings } from './dispatch/findings.ts';

/** A run of the job that has not ended. */
export interface OpenRun {
  readonly id: RunId;
  readonly repository: RepositoryName;
  /** Process that works on it; undefined if nobody does. */
  readonly pid: number | undefined;
  /** True if that process is in another container or on another host, and only its lease tells that it lives. */
  readonly isUnseen?: boolean | undefined;
  readonly since: Instant;
  /** When its next attempt is due, if it waits for one. */
  readonly retryAt: Instant | undefined;
}

/** A recorded run that nobody works on, and that the question is about. */
export interface QueuedRun {
  readonly id: RunId;
  readonly trigger: Trigger;
  /** When its slot was due. */
  readonly slotAt: Instant;
  /** When jitter and windows let it start at the earliest. */
  readonly startAt: Instant;
  /** Its rule does not want it any more after this. */
  readonly lapses: { readonly at: Instant; readonly code: 'after' | 'catch-up' } | undefined;
  /** The run of a newer slot that takes its place. */
  readonly supersededBy: RunId | undefined;
  /** A good run that began when its slot was due or later; of a run that tries again, after it had begun itself. */
  readonly madeUpBy: RunId | undefined;
  /** The chain run that asked for it, and whether that one has ended. */
  readonly chain: { readonly run: RunId; readonly ended: boolean } | undefined;
}

/** Whatever is undefined was not looked at, or does not apply. */
export interface DecisionFacts {
  /** True if somebody asks for a run now, whatever the schedule says. */
  readonly asked: boolean;
  /** The repository that a run is wanted for. */
  readonly repository: RepositoryName;
  readonly open: readonly OpenRun[];
  readonly sources: readonly SourceFact[] | undefined;
  /** The last slot that is due; undefined if there is none. */
  readonly due: Slot | undefined;
  /** When jitter and windows let it start at the earliest; undefined if nothing holds it. */
  readonly dueStart?: Instant | undefined;
  /** Whether that slot has its run already, or needs none any more. */
  readonly dueDone: boolean;
  /** The next slot; undefined if the job has no schedule. */
  readonly next: Slot | undefined;
  /** When jitter and windows let the next slot start; undefined if it is not known, null if they never do. */
  readonly nextStart?: Instant | null | undefined;
  /** When a job that wants a good run every so often is due for one, whatever its schedules say. */
  readonly atLeastDue?: Instant | undefined;
  /** When a job ended that this one is due after; undefined if none did, or its run is recorded. */
  readonly followedAt?: Instant | undefined;
  /** Without it the question is about the job. */
  readonly run?: QueuedRun | undefined;
  /** When windows and blackouts let runs start; null if they never do. */
  readonly opening?: Opening | null | undefined;
  readonly settlingUntil?: Instant | undefined;
  readonly conditions?: readonly ConditionState[] | undefined;
  /** Since when the run has been waiting for its conditions. */
  readonly unmetSince?: Instant | undefined;
  readonly shortage?: Shortage | undefined;
}

export interface Reason {
  readonly code: ReasonCode;
  /** False if this is in the way, or will make the run fail. */
  readonly ok: boolean;
  readonly text: string;
}

export type Verdict =
  | { readonly type: 'start' }
  /** `until` is undefined if what it waits for comes at no known moment. */
  | { readonly type: 'wait'; readonly until: Instant | undefined; readonly code: ReasonCode }
  | { readonly type: 'skip'; readonly outcome: 'skipped' | 'missed'; readonly code: ReasonCode }
  /** Another run has to end first. */
  | { readonly type: 'blocked'; readonly by: OpenRun }
  /** Another run is to be cancelled, and has to end first. */
  | { readonly type: 'cancel-other'; readonly other: OpenRun };

export interface Decision {
  readonly verdict: Verdict;
  /** In the order in which they count. */
  readonly reasons: readonly Reason[];
}

/** Whether a run of the job starts now, and everything that speaks for and against it. */
export function decide(job: JobDefinition, facts: DecisionFacts, now: Instant): Decision {
  const found = findings(job, facts, now);
  const verdict = found.find((finding) => finding.verdict !== undefined)?.verdict ?? { type: 'start' };
  let reasons: readonly Reason[] | undefined;
  return {
    verdict,
    // A thousand runs may wait, and be decided on again whenever one ends: words are for those that somebody looks at.
    get reasons() {
      return (reasons ??= found.map(({ code, ok, text }) => ({ code, ok, text: text() })));
    },
  };
}
