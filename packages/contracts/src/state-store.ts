import type { BackupStats } from './backup.ts';
import type { Outbox } from './outbox.ts';
import type { ProcessIdentity } from './processes.ts';
import type { JobId, JobKind, RepositoryName } from './job.ts';
import type {
  RunChange,
  RunId,
  RunOutcome,
  RunPlan,
  RunReason,
  RunRecord,
  RunState,
  StepRecord,
  Trigger,
} from './run.ts';
import type { DurationMs, Instant } from './time.ts';

export interface NewRun {
  readonly id: RunId;
  readonly trigger: Trigger;
  readonly parent?: RunId | null | undefined;
  /** Unique within job and repository; null for a request. */
  readonly slot: string | null;
  readonly slotAt: Instant | null;
  readonly queuedAt: Instant;
  readonly plan: RunPlan;
}

/**
 * What became of all slots of a job between two instants. Every slot is in exactly one accounting, so none is started twice and
 * none is forgotten, whoever dies when.
 */
export interface Accounting {
  readonly job: JobId;
  /** Where the cursor of the job has to be; undefined if it has none yet. */
  readonly from: Instant | undefined;
  /** Where it goes. May be before `from`: the clock was set back. */
  readonly until: Instant;
  /** Queued runs to be started, and records of slots that nobody starts. */
  readonly runs: readonly AccountedRun[];
}

/** A run to be started, or with an end the record of one that nobody starts. */
export type AccountedRun = NewRun & { readonly end?: AccountedEnd | AdoptedEnd | undefined };

/** The end of a run that is recorded afterwards, from what its snapshot says of itself. */
export interface AdoptedEnd {
  readonly outcome: 'succeeded';
  readonly startedAt: Instant;
  readonly finishedAt: Instant;
  readonly snapshot: string;
  readonly stats: BackupStats | null;
}

export interface AccountedEnd {
  readonly outcome: 'skipped' | 'missed';
  readonly because: RunReason;
}

/** The right to change a run, for a while. The fence goes up with every claim: an owner that overslept is refused. */
export interface Lease {
  readonly run: RunId;
  readonly owner: ProcessIdentity;
  readonly fence: number;
  readonly until: Instant;
}

export type ClaimResult =
  | { readonly granted: true; readonly lease: Lease; readonly run: RunRecord }
  /** `held`: somebody has the run. `busy`: another run of the same job and repository is held. `ended`: terminal. */
  | { readonly granted: false; readonly reason: 'held' | 'busy' | 'ended'; readonly holder: Lease | undefined };

export interface ClaimRequest {
  readonly owner: ProcessIdentity;
  readonly now: Instant;
  readonly ttlMs: DurationMs;
  /** Fence of a lease whose owner was proved dead: it is taken over although it has not run out. */
  readonly evict?: number | undefined;
}

/** A step of the run that the lease is for; the store numbers it. */
export type NewStep = Omit<StepRecord, 'run' | 'sequence'>;

export interface RunQuery {
  readonly job?: JobId | undefined;
  readonly repository?: RepositoryName | undefined;
  /** Runs that this chain run asked for. */
  readonly parent?: RunId | undefined;
  readonly states?: readonly RunState[] | undefined;
  /** Runs of jobs that were of one of these kinds. */
  readonly kinds?: readonly JobKind[] | undefined;
  /** Queued at or after. */
  readonly since?: Instant | undefined;
  /** Queued before. */
  readonly until?: Instant | undefined;
  /**
   * Runs that mention it in what a person reads of them: ids, names, what went wrong, what could not be read. Letters of ASCII
   * match in either case. An empty text is in all of them.
   */
  readonly text?: string | undefined;
  /** Only what comes after this run in the order of the answer, which is how a long history is read page by page. */
  readonly after?: Pick<RunRecord, 'queuedAt' | 'id'> | undefined;
  readonly limit?: number | undefined;
}

/** Which ended runs a history may lose. */
export interface HistoryTrim {
  /** What was queued before is too old. */
  readonly before: Instant;
  /** Of more ended runs than so many the oldest are too many. */
  readonly atMost: number;
  /** Goes on behind this run. */
  readonly after?: Pick<RunRecord, 'queuedAt' | 'id'> | undefined;
}

export interface TrimmedHistory {
  readonly removed: readonly RunId[];
  /** Where to go on; undefined if nothing more is too old or too many. */
  readonly next: Pick<RunRecord, 'queuedAt' | 'id'> | undefined;
}

/** So many of the newest runs of each job and repository stay, however old they are: judgements are made from them. */
export const runsAlwaysKept = 100;

/** Something about the state that a person must know. */
export interface StateAlarm {
  readonly code: 'state.damaged' | 'state.read-only' | 'state.full' | 'state.newer';
  readonly message: string;
  readonly hint: string;
}

export interface StoreHealth {
  /** `durable`: on disk where it should be; `volatile`: only in memory until this process ends. */
  readonly mode: 'durable' | 'volatile';
  readonly alarms: readonly StateAlarm[];
}

/** A finished record whose content does not match its hash, or whose place in the chain is wrong. */
export interface AuditFinding {
  readonly run: RunId;
  readonly message: string;
}

/**
 * The journal and the history. Every method that changes something is durable when it resolves.
 * Several processes may use the same store at the same time. After a kill at any instant it opens and is whole.
 */
export interface StateStore extends AsyncDisposable {
  readonly health: StoreHealth;
  /** What people are to be told. */
  readonly outbox: Outbox;
  /** The same job, repository and slot never give two runs: the second call gets the first run. */
  enqueue(run: NewRun): Promise<{ readonly run: RunRecord; readonly created: boolean }>;
  /**
   * Enqueues and claims in one step, so that no run is ever recorded that nobody answers for. A new run whose claim is
   * refused is not recorded.
   */
  begin(
    run: NewRun,
    request: ClaimRequest,
  ): Promise<{ readonly run: RunRecord; readonly created: boolean; readonly claim: ClaimResult }>;
  run(id: RunId): Promise<RunRecord | undefined>;
  /** Newest first by queue time. */
  runs(query: RunQuery): Promise<readonly RunRecord[]>;
  /** The newest run of each job and repository in one of these states. */
  latest(states: readonly RunState[]): Promise<readonly RunRecord[]>;
  /** All runs that have not ended, with the lease each is held by. */
  open(): Promise<readonly { readonly run: RunRecord; readonly lease: Lease | undefined }[]>;
  /** Up to when the slots of each job have been accounted for; jobs that were never seen are absent. */
  cursors(): Promise<ReadonlyMap<JobId, Instant>>;
  /** When each job got its cursor: nothing from before is owed. Absent where that is not known any more. */
  firstSeen(): Promise<ReadonlyMap<JobId, Instant>>;
  /**
   * Records runs and moves cursors in one step. In the order of `accountings`: the runs (for a slot that has one already, that
   * one), or undefined if the cursor was somewhere else and nothing was recorded.
   */
  account(accountings: readonly Accounting[]): Promise<readonly (readonly RunRecord[] | undefined)[]>;
  /** Records runs in one step, all of them or none. In their order; for a slot that has a run already, that one. */
  record(runs: readonly AccountedRun[]): Promise<readonly RunRecord[]>;
  /**
   * Ends a run that is queued or waits for its next attempt, and that nobody will carry on, also while another run of the same job
   * is held. Undefined if at this moment somebody holds it, or if it is running or has ended.
   */
  dismiss(run: RunId, end: AccountedEnd, at: Instant): Promise<RunRecord | undefined>;
  claim(run: RunId, request: ClaimRequest): Promise<ClaimResult>;
  /** Prolongs the lease. Throws `state.lease-lost` if it was taken over. */
  renew(lease: Lease, until: Instant): Promise<{ readonly lease: Lease; readonly cancelRequested: boolean }>;
  /**
   * Changes a run. Throws `state.stale-revision` if `revision` is not the current one, `state.lease-lost` if the lease was
   * taken over. A change to a terminal state seals the record: it gets a hash chained to the one before, and the lease ends.
   * `steps` are recorded with it, all or nothing.
   */
  update(lease: Lease, revision: number, change: RunChange, steps?: readonly NewStep[]): Promise<RunRecord>;
  /** Gives the run back without ending it. */
  release(lease: Lease): Promise<void>;
  /** Asks the owner of a run to cancel it; of a run that nobody holds, the next claimer. False if it had ended. */
  requestCancel(run: RunId, at: Instant): Promise<boolean>;
  /** Written before an effect and after it. Throws `state.lease-lost` if the lease was taken over. */
  recordStep(lease: Lease, step: NewStep): Promise<StepRecord>;
  steps(run: RunId): Promise<readonly StepRecord[]>;
  /**
   * Looks at some hundred of the oldest ended runs and removes, with their steps, those that are too old or too many. Stays:
   * the newest runs of each job and repository (`runsAlwaysKept`), among them the last good one; a run whose snapshot is not
   * wholly good, which nothing else tells; and what a chain run asked for as long as that one is there. The chain of seals
   * remembers what was removed.
   */
  trim(trim: HistoryTrim): Promise<TrimmedHistory>;
  /** Checks the hash of every finished record and the chain over them. */
  audit(): Promise<readonly AuditFinding[]>;
  /** Counts finished runs by outcome. */
  count(query: RunQuery): Promise<Readonly<Record<RunOutcome, number>>>;
}
