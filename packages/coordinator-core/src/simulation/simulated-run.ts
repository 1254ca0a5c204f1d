import type {
  DurationMs,
  Instant,
  JobDefinition,
  JobId,
  ReasonCode,
  RepositoryName,
  RunId,
  RunOutcome,
  RunReason,
  Trigger,
} from '@umbracore/contracts';

/** What kept a run from starting when it was ready to. */
export interface Hold {
  readonly code: ReasonCode;
  readonly text: string;
  /** The runs that had to end first. */
  readonly by: readonly RunId[];
}

/** A run as it would come about. */
export interface SimulatedRun {
  /** `s-1` and on, in the order in which they come up. */
  readonly id: RunId;
  readonly job: JobId;
  /** Empty for a kind that works on none. */
  readonly repository: RepositoryName;
  readonly trigger: Trigger;
  /** The simulated chain run that asks for it. */
  readonly parent: RunId | null;
  readonly slotAt: Instant;
  /** When jitter, windows and the runs before it let it start. */
  readonly readyAt: Instant;
  /** When it could start if nothing else of what runs share were taken, ever. */
  readonly earliestAt: Instant;
  /** Null if it never starts. */
  readonly startedAt: Instant | null;
  readonly finishedAt: Instant | null;
  /** Null if it still waits when the simulation ends. */
  readonly outcome: RunOutcome | null;
  /** Of a skipped or missed run. */
  readonly because: RunReason | null;
  /** The first thing that it had to wait for. */
  readonly held: Hold | null;
}

/** How a run would go: what history says, or a guess. */
export interface Course {
  readonly lengthMs: DurationMs;
  readonly outcome: Extract<RunOutcome, 'succeeded' | 'warning' | 'failed'>;
}

/** Asked once for each run, in the order in which runs start. */
export type CourseOf = (job: JobDefinition, repository: RepositoryName) => Course;

/** How bad an end is: of several the worst counts. */
export const badness: Readonly<Record<RunOutcome, number>> = {
  failed: 5,
  cancelled: 4,
  warning: 3,
  missed: 2,
  skipped: 1,
  succeeded: 0,
};
