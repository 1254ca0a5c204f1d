import type { BackupStats, UnreadableItem } from './backup.ts';
import type { CopyReport } from './copy-report.ts';
import type { DrillReport } from './drill.ts';
import type { ErrorRecord } from './errors.ts';
import type {
  BackupStrategy,
  JobDefinition,
  JobId,
  RepositoryDefinition,
  RepositoryName,
  RetentionPolicy,
  VerifyLevel,
} from './job.ts';
import type { NewCheckReport } from './new-check.ts';
import type { Instant } from './time.ts';

/** `r-` and 16 characters of Crockford's base 32: 10 of time, 6 of chance. Sorts by time. */
export type RunId = string;

/** Why a run exists. `adopted`: it was carried out elsewhere, or is known by its snapshot alone; its success is no proof. */
export type Trigger = 'schedule' | 'manual' | 'chain' | 'catch-up' | 'api' | 'adopted';

/** How a run ended. */
export type RunOutcome = 'succeeded' | 'warning' | 'failed' | 'cancelled' | 'skipped' | 'missed';

/** Where a run stands. `retrying` waits for `retryAt`. */
export type RunState = 'queued' | 'running' | 'retrying' | RunOutcome;

export const runOutcomes: readonly RunOutcome[] = ['succeeded', 'warning', 'failed', 'cancelled', 'skipped', 'missed'];

/** Of a run that has not ended. */
export const openStates: readonly RunState[] = ['queued', 'running', 'retrying'];

export const runStates: readonly RunState[] = [...openStates, ...runOutcomes];

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
  /** Of a backup: instead of the one of its job. */
  readonly strategy?: BackupStrategy | undefined;
  /** Of a backup: compares with this snapshot, whatever the strategy; throws if it is not there. */
  readonly parent?: string | undefined;
  /** The same as `strategy: 'full'`. */
  readonly force?: boolean | undefined;
  /** Starts whatever the conditions of the job say. */
  readonly ignoreConditions?: boolean | undefined;
  /**
   * Of a forget: removes at most these, full ids that somebody has seen in a plan and agreed to. What only asks for a person,
   * the rail and the clock, holds none of them back.
   */
  readonly agreedSnapshots?: readonly string[] | undefined;
}

/** What a run was asked to do, frozen when it was asked: a later edit of the configuration does not change it. */
export interface RunPlan {
  readonly job: JobDefinition;
  /** Null for a kind that works on none. */
  readonly repository: RepositoryDefinition | null;
  /** Where a copy takes snapshots from; absent for every other kind. */
  readonly from?: RepositoryDefinition | undefined;
  /** What is forgotten where a copy brings snapshots to; absent for every other kind. */
  readonly retention?: readonly TargetRetention[] | undefined;
  /** Where else the same snapshots are by a copy; absent for every kind but a drill. */
  readonly copies?: readonly CopyPlace[] | undefined;
  readonly options: RunOptions;
}

/** A repository that copies were brought to, or were made of. */
export interface CopyPlace {
  readonly repository: RepositoryDefinition;
  readonly as: 'copy' | 'origin';
  /** As in `CopyJobDefinition`. */
  readonly jobs: readonly JobId[];
}

/** A forget job of the repository that a copy brings to. */
export interface TargetRetention {
  /** As in `ForgetJobDefinition`. */
  readonly jobs: readonly JobId[];
  readonly policy: RetentionPolicy;
}

/** One try inside a run. */
export interface AttemptRecord {
  /** From 1. */
  readonly number: number;
  readonly startedAt: Instant;
  readonly finishedAt: Instant | null;
  readonly outcome: 'succeeded' | 'warning' | 'failed' | 'cancelled' | 'interrupted' | 'skipped' | null;
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
  /** What a check of what is new found beside that; absent if there was none. */
  readonly check?: Pick<NewCheckReport, 'read' | 'notes' | 'coverage'> | undefined;
  readonly finishedAt: Instant;
}

/** Everything that may speak for or against a run. */
export type ReasonCode =
  | 'enabled'
  /** Another run of the same job is under way. */
  | 'overlap'
  | 'retry'
  /** A slot is due, or the next one is still to come. */
  | 'due'
  /** A job that it waits for has ended. */
  | 'after'
  /** Windows and blackouts. */
  | 'window'
  | 'condition'
  /** Something that runs share has no room. */
  | 'resource'
  /** The machine woke up a moment ago. */
  | 'settling'
  | 'sources'
  /** Nobody was there to start it, and the catch-up rule does not want it any more. */
  | 'catch-up'
  /** A newer slot of the same job took its place. */
  | 'superseded'
  /** A chain did not come to it. */
  | 'chain'
  /** A hook before it said no. */
  | 'hook';

/** Why a run was skipped or missed. */
export interface RunReason {
  readonly code: ReasonCode;
  readonly text: string;
  /** More slots that this record stands for, all before its own: how many, and when the first was due. */
  readonly alsoStandsFor: { readonly count: number; readonly first: Instant } | null;
}

/** What differs between two snapshots. */
export interface ChangeTotals {
  readonly filesAdded: number;
  readonly filesRemoved: number;
  readonly filesChanged: number;
  /** Of blobs that the later one needs and the earlier one did not, before compression; and the other way round. */
  readonly bytesAdded: number;
  readonly bytesRemoved: number;
}

/** What a backup compared its files with. */
export interface BackupReport {
  readonly kind: 'backup';
  readonly strategy: BackupStrategy;
  /** Null if everything was read, or if the engine chose. */
  readonly parent: string | null;
  /** The run that saved this very state before: no new snapshot was made of it. */
  readonly unchangedSince: RunId | null;
  /** Of a differential run: its base. `number`: it is so many runs after it; 0 if it is the base itself. */
  readonly base: { readonly snapshot: string; readonly at: Instant; readonly number: number } | null;
  /** Of a differential run: what changed since its base, and since the last good snapshot. Null if nobody could tell. */
  readonly sinceBase: ChangeTotals | null;
  readonly sinceLast: ChangeTotals | null;
}

/** What a run did; what one in earnest would do, if it was a dry run. */
export type RunReport =
  | BackupReport
  | CopyReport
  | {
      readonly kind: 'forget';
      readonly removed: readonly string[];
      readonly kept: number;
      /** What was marked to be removed later, by the ids that it has now; absent means nothing. */
      readonly marked?: readonly string[] | undefined;
      /** How many of those kept the guard held back; absent means none. */
      readonly held?: number | undefined;
    }
  | { readonly kind: 'prune' }
  | {
      readonly kind: 'check';
      readonly sound: boolean;
      readonly problems: readonly string[];
      readonly advice: readonly string[];
      /** The part of the data that the engine read, both from 1; null if none. */
      readonly part: { readonly part: number; readonly of: number } | null;
      /** False if the engine's own check had no turn. */
      readonly engine?: boolean | undefined;
      /** What a check of what is new found; absent if there was none. */
      readonly check?: Pick<NewCheckReport, 'read' | 'notes' | 'coverage'> | undefined;
    }
  | DrillReport
  | { readonly kind: 'command'; readonly exitCode: number | null; readonly signal: string | null }
  | {
      readonly kind: 'chain';
      /** How each node ended, in the order in which they ended. */
      readonly nodes: readonly {
        readonly node: string;
        readonly outcome: RunOutcome;
        readonly runs: readonly RunId[];
      }[];
    };

/** One execution of a job for one slot or request, as the store keeps it. Holds no secret. */
export interface RunRecord {
  readonly id: RunId;
  readonly job: JobId;
  /** Empty for a kind that works on none. */
  readonly repository: RepositoryName;
  readonly trigger: Trigger;
  /** The chain run that asked for it; null outside of chains. */
  readonly parent: RunId | null;
  /** Unique within job and repository; null for a request that stands for no slot. */
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
  /** Full id of the snapshot that the run made, or of an earlier one if nothing had changed since. */
  readonly snapshot: string | null;
  readonly stats: BackupStats | null;
  readonly unreadable: readonly UnreadableItem[];
  readonly unreadableCount: number;
  /** Why the result is not to be trusted fully, as sentences. */
  readonly suspicions: readonly string[];
  /** Hooks that failed and changed nothing about the verdict, as sentences; absent means none. */
  readonly hookFailures?: readonly string[] | undefined;
  readonly sources: readonly SourceFact[];
  readonly verification: VerificationRecord | null;
  readonly error: ErrorRecord | null;
  /** Of a skipped or missed run. */
  readonly because: RunReason | null;
  /** Null until the run ends; for a backup also if it saved nothing, and of earlier versions. */
  readonly report: RunReport | null;
  readonly plan: RunPlan;
}

/** The slot of what a chain run asks for: nothing is asked for twice. */
export const slotOfNode = (chainRun: RunId, node: string): string => `chain/${chainRun}/${node}`;

/** Which node of its chain a run is a run of; undefined outside of chains. */
export function nodeOf({ parent, slot }: Pick<RunRecord, 'parent' | 'slot'>): string | undefined {
  const prefix = parent === null ? undefined : slotOfNode(parent, '');
  return prefix === undefined || slot?.startsWith(prefix) !== true ? undefined : slot.slice(prefix.length);
}

/** What a run is before anything has happened to it. */
export const unbegunRun = {
  state: 'queued',
  revision: 1,
  startedAt: null,
  finishedAt: null,
  retryAt: null,
  cancelRequestedAt: null,
  attempts: [],
  snapshot: null,
  stats: null,
  unreadable: [],
  unreadableCount: 0,
  suspicions: [],
  sources: [],
  verification: null,
  error: null,
  because: null,
  report: null,
} satisfies Partial<RunRecord>;

/** The fields of a run that may change after it was queued. */
export type RunChange = Partial<
  Omit<
    RunRecord,
    | 'id'
    | 'job'
    | 'repository'
    | 'trigger'
    | 'parent'
    | 'slot'
    | 'slotAt'
    | 'queuedAt'
    | 'revision'
    | 'plan'
    | 'cancelRequestedAt'
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

export type StepKind =
  | 'backup'
  | 'verify'
  | 'heal-locks'
  | 'copy'
  | 'forget'
  | 'prune'
  | 'check'
  | 'drill'
  | 'command'
  | 'node'
  | 'throttle'
  | 'freeze'
  | 'hook';
