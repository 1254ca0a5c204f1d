import type { BackupStats, UnreadableItem } from './backend.ts';
import type { ErrorRecord } from './errors.ts';
import type { JobDefinition, JobId, RepositoryDefinition, RepositoryName, VerifyLevel } from './job.ts';
import type { Instant } from './time.ts';

/** `r-` and 16 characters of Crockford's base 32: 10 of time, 6 of chance. Sorts by time. */
export type RunId = string;

/** Why a run exists. */
export type Trigger = 'schedule' | 'manual' | 'chain' | 'catch-up' | 'api';

/** How a run ended. */
export type RunOutcome = 'succeeded' | 'warning' | 'failed' | 'cancelled' | 'skipped' | 'missed';

/** Where a run stands. `retrying` waits for `retryAt`. */
export type RunState = 'queued' | 'running' | 'retrying' | RunOutcome;

export const runOutcomes: readonly RunOutcome[] = ['succeeded', 'warning', 'failed', 'cancelled', 'skipped', 'missed'];

export const isTerminal = (state: RunState): state is RunOutcome =>
  (runOutcomes as readonly RunState[]).includes(state);

/** What a caller may change for one run. */
export interface RunOptions {
  /** 0 to 9 */
  readonly compressionLevel?: number | undefined;
  readonly verifyAfterCompletion?: boolean | VerifyLevel | undefined;
  readonly dryRun?: boolean | undefined;
  readonly retry?: boolean | undefined;
  readonly uploadBytesPerSecond?: number | undefined;
  readonly parent?: string | undefined;
  readonly force?: boolean | undefined;
}

/** What a run was asked to do, frozen when it was asked: a later edit of the configuration does not change it. */
export interface RunPlan {
  readonly job: JobDefinition;
  readonly repository: RepositoryDefinition;
  readonly options: RunOptions;
}

/** One try inside a run. */
export interface AttemptRecord {
  /** From 1. */
  readonly number: number;
  readonly startedAt: Instant;
  readonly finishedAt: Instant | null;
  readonly outcome: 'succeeded' | 'warning' | 'failed' | 'cancelled' | 'interrupted' | null;
  readonly error: ErrorRecord | null;
}

/** What was seen of a source just before an attempt; later runs are compared with it. */
export interface SourceFact {
  readonly path: string;
  readonly present: boolean;
  /** True for a folder without entries. */
  readonly empty: boolean;
  /** Number of the device it is on; null if absent. */
  readonly device: number | null;
}

export interface VerificationRecord {
  readonly level: VerifyLevel;
  readonly ok: boolean;
  readonly problems: readonly string[];
  readonly finishedAt: Instant;
}

/** One execution of a job for one slot or request, as the store keeps it. Holds no secret. */
export interface RunRecord {
  readonly id: RunId;
  readonly job: JobId;
  readonly repository: RepositoryName;
  readonly trigger: Trigger;
  /** Unique within the job; null for a request that stands for no slot. */
  readonly slot: string | null;
  /** When the slot was due; null for a request. */
  readonly slotAt: Instant | null;
  readonly state: RunState;
  /** Goes up with every change. */
  readonly revision: number;
  readonly queuedAt: Instant;
  readonly startedAt: Instant | null;
  readonly finishedAt: Instant | null;
  readonly retryAt: Instant | null;
  readonly cancelRequestedAt: Instant | null;
  readonly attempts: readonly AttemptRecord[];
  /** Full id of the snapshot that the run made. */
  readonly snapshot: string | null;
  readonly stats: BackupStats | null;
  readonly unreadable: readonly UnreadableItem[];
  readonly unreadableCount: number;
  /** Why the result is not to be trusted fully, as sentences. */
  readonly suspicions: readonly string[];
  readonly sources: readonly SourceFact[];
  readonly verification: VerificationRecord | null;
  readonly error: ErrorRecord | null;
  readonly plan: RunPlan;
}

/** The fields of a run that may change after it was queued. */
export type RunChange = Partial<
  Omit<
    RunRecord,
    'id' | 'job' | 'repository' | 'trigger' | 'slot' | 'slotAt' | 'queuedAt' | 'revision' | 'plan' | 'cancelRequestedAt'
  >
>;

/** A piece of an attempt whose effect may outlive us: written before it starts, and again when it ended. */
export interface StepRecord {
  readonly run: RunId;
  readonly attempt: number;
  /** From 1 within the run. */
  readonly sequence: number;
  readonly kind: StepKind;
  readonly stage: 'intent' | 'done';
  readonly at: Instant;
  /** What recovery needs, such as the spool folder. */
  readonly detail: Readonly<Record<string, unknown>>;
}

export type StepKind = 'backup' | 'verify' | 'heal-locks';
