import type { DurationMs } from './time.ts';
import type { AfterEdge, ChainEdge, ChainNode } from './chain.ts';
import type { JobConditions } from './condition.ts';
import type { JobHooks } from './hook.ts';
import type { SecretReference } from './secret.ts';
import type { Schedule } from './schedule.ts';
import type { ThrottlePolicy, TransferLimits } from './throttle.ts';

/** A name given by a user: letters, digits, `-`, `_` and `.`, starting with a letter or digit. */
export type JobId = string;
export type RepositoryName = string;

/** A folder or file to save, or what a program writes. `required: false` lets a run succeed without it. */
export interface Source {
  /** Absolute, handed to the engine verbatim, never as a pattern. */
  readonly path: string;
  readonly required: boolean;
  /** Its standard output is saved as a file at `path`, which need not be on any disk: the only source of its job. */
  readonly program?: SourceProgram | undefined;
}

/** What is run for its output. A run succeeds only if it ends with 0. */
export interface SourceProgram {
  /** The program and its arguments; no shell is involved. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, SecretReference>>;
}

export type RetryStrategy =
  | { readonly type: 'none' }
  | { readonly type: 'fixed'; readonly maxAttempts: number; readonly delayMs: DurationMs }
  | {
      readonly type: 'exponentialBackoff';
      /** Tries in all, the first one included. */
      readonly maxAttempts: number;
      readonly initialDelayMs: DurationMs;
      readonly maxDelayMs: DurationMs;
      readonly factor: number;
      /** No attempt starts later than this after the first one started. */
      readonly maxTotalMs: DurationMs;
    };

/** How much is proven after a backup: nothing, the snapshot's structure, a sample of its data, or all data. */
export type VerifyLevel = 'none' | 'metadata' | 'sample' | 'full';

/** What happens to a running engine when its coordinator dies: it goes on and is adopted, or it is ended cleanly. */
export type OrphanPolicy = 'adopt' | 'die';

/** Something that runs share and that has room for so many of them, such as an uplink or a disk. */
export interface ResourceUse {
  /** A name from the configuration, or `repository:NAME`, which every job that works on a repository uses by itself. */
  readonly resource: string;
  /** How much of it, or all of it. */
  readonly units: number | 'all';
}

/** What a due run does while another run of the same job is under way. */
export type Overlap = 'skip' | 'queue' | 'cancel';

/**
 * What a backup compares files with, so that those that are the same need not be read.
 * - `incremental`: the last good snapshot of the same job.
 * - `differential`: its base, which is a full one.
 * - `full`: nothing; everything is read.
 */
export type BackupStrategy = 'incremental' | 'differential' | 'full';

export const backupStrategies: readonly BackupStrategy[] = ['incremental', 'differential', 'full'];

/**
 * Whether files are counted before they are saved, which tells exactly how far a backup is and costs a walk through all folders.
 * - `auto`: only where no earlier run tells how many there are.
 * - `always`: every time.
 */
export type ScanPolicy = 'auto' | 'always';

export const scanPolicies: readonly ScanPolicy[] = ['auto', 'always'];

/** When a differential job makes a new base, whichever is the case first; without either, only if there is none. */
export interface BaseRule {
  readonly everyMs?: DurationMs | undefined;
  /** So many runs after the last one. */
  readonly afterRuns?: number | undefined;
}

/** What jobs of every kind have, with every default filled in. */
export interface JobBase {
  readonly id: JobId;
  readonly description: string;
  readonly enabled: boolean;
  /** A run is made for each, in this order; one failing does not stop the next. Empty if the kind works on none. */
  readonly repositories: readonly RepositoryName[];
  readonly tags: readonly string[];
  readonly schedules: readonly Schedule[];
  /** Ends of other jobs that it is due after. */
  readonly after?: readonly AfterEdge[] | undefined;
  /** It is due when its last good run is longer ago than this, whatever its schedules say. */
  readonly atLeastEveryMs?: DurationMs | undefined;
  /** Without a good run for so long the job is stale; undefined follows from the schedule. */
  readonly staleAfterMs?: DurationMs | undefined;
  readonly conditions?: JobConditions | undefined;
  /** Beside those that follow from its kind. */
  readonly uses?: readonly ResourceUse[] | undefined;
  /** `queue` if absent. */
  readonly overlap?: Overlap | undefined;
  readonly retry: RetryStrategy;
  readonly limits: TransferLimits;
  /** How gently its engines work; absent means that nothing holds them back. */
  readonly throttle?: ThrottlePolicy | undefined;
  /** An attempt that runs longer is ended; undefined means no limit. */
  readonly maxRuntimeMs: DurationMs | undefined;
  /** An attempt that shows no progress for so long is ended. */
  readonly stallTimeoutMs: DurationMs;
  readonly orphanPolicy: OrphanPolicy;
  /** Programs that run around its work. */
  readonly hooks?: JobHooks | undefined;
}

/** What keeps sources as they are: one kind of file system for all of them, or any of these where there is one. */
export type SourceSnapshot = 'auto' | 'btrfs' | 'lvm' | 'zfs';

export const sourceSnapshots = ['auto', 'btrfs', 'lvm', 'zfs'] as const satisfies readonly SourceSnapshot[];

export interface BackupJobDefinition extends JobBase {
  readonly kind: 'backup';
  readonly sources: readonly Source[];
  /** Exclude patterns in the engine's own syntax. */
  readonly excludes: readonly string[];
  /** Folders holding a file of one of these names are left out. */
  readonly excludeIfPresent: readonly string[];
  /** Leaves out folders marked with a CACHEDIR.TAG. */
  readonly excludeCaches: boolean;
  readonly oneFileSystem: boolean;
  /** Its sources are looked at and read by the privileged program, as far as its policy allows. */
  readonly privileged?: boolean | undefined;
  /** Its sources are kept as they are while they are read; takes `privileged`. Absent: they are read as they change. */
  readonly snapshot?: SourceSnapshot | undefined;
  /** 0 (off) to 9 (smallest); undefined leaves the choice to the repository. */
  readonly compressionLevel: number | undefined;
  readonly verifyAfterBackup: VerifyLevel;
  /** `incremental` if absent. */
  readonly strategy?: BackupStrategy | undefined;
  /** Of a differential one. */
  readonly base?: BaseRule | undefined;
  /** An incremental run that finds nothing changed makes no snapshot, where the engine can do that. */
  readonly skipIfUnchanged?: boolean | undefined;
  /** `auto` if absent. */
  readonly scan?: ScanPolicy | undefined;
  /**
   * A run that finds less than this share of the last good run's bytes or files (0 to 1) is suspicious: its outcome is
   * `warning`.
   */
  readonly shrinkLimit: number;
}

/** Copies snapshots that its repositories do not have yet. */
export interface CopyJobDefinition extends JobBase {
  readonly kind: 'copy';
  /** Where from; `repositories` are where to. */
  readonly from: RepositoryName;
  /** Only snapshots of these jobs; empty means of all. */
  readonly jobs: readonly JobId[];
}

/** Which snapshots of each job stay. A snapshot stays if any rule names it. */
export interface RetentionPolicy {
  /** So many of the newest. */
  readonly last: number;
  /**
   * The newest snapshot of each of the last so many hours, days, … that have one; while there are fewer, the oldest snapshot
   * too.
   */
  readonly hourly: number;
  readonly daily: number;
  readonly weekly: number;
  readonly monthly: number;
  readonly yearly: number;
  /** Everything younger than this, counted from the newest snapshot. */
  readonly withinMs: DurationMs | undefined;
  /** Snapshots with one of these tags. */
  readonly tags: readonly string[];
  /** Never fewer than this of each job, whatever the other rules say; at least 1. */
  readonly minimum: number;
  /**
   * The share of a job's snapshots, 0 to 1, that may go at once beyond as many as came since the last time. More goes only if
   * somebody has seen the plan. Undefined means no limit.
   */
  readonly rail?: number | undefined;
  /**
   * What goes is marked first, and removed by a run that comes so much later: until then it can be taken back. Undefined: it is
   * removed at once.
   */
  readonly undoMs?: DurationMs | undefined;
  /** IANA zone in which days and months are counted. */
  readonly zone: string;
}

/** Removes snapshots that its policy does not name. Their data stays until a prune. */
export interface ForgetJobDefinition extends JobBase {
  readonly kind: 'forget';
  readonly policy: RetentionPolicy;
  /** Only snapshots of these jobs; empty means of all jobs of ours. Foreign snapshots are never touched. */
  readonly jobs: readonly JobId[];
}

/** Frees what no snapshot needs. */
export interface PruneJobDefinition extends JobBase {
  readonly kind: 'prune';
}

/** Checks a repository; the next run reads the next part. */
export interface CheckJobDefinition extends JobBase {
  readonly kind: 'check';
  /** Share of the data that is read, 0 to 100. After 100 / percent runs everything was read once. */
  readonly readPercent: number;
  /**
   * Everything that is stored is read again within a time, and no more than so many bytes in one day of UTC. A backend that
   * remembers what it read does this by itself; its engine's own check then has its turn only so often.
   */
  readonly readAll?:
    { readonly withinMs: DurationMs; readonly bytesPerDay: number; readonly engineEveryMs: DurationMs } | undefined;
}

/** Restores some files by way of trial and compares them with what was saved. */
export interface DrillJobDefinition extends JobBase {
  readonly kind: 'drill';
  /** Only snapshots of these jobs; empty means of all jobs of ours. */
  readonly jobs: readonly JobId[];
  /** So many files at most, over all snapshots that are tried; at least 1. */
  readonly files: number;
  /** Bytes of all of them together, at most. */
  readonly maxBytes: number;
  /** Absolute paths that have to be in a newest snapshot and are restored every time, whatever the limits say. */
  readonly canaries: readonly string[];
}

/** Runs a program. */
export interface CommandJobDefinition extends JobBase {
  readonly kind: 'command';
  /** The program and its arguments; no shell is involved. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, SecretReference>>;
  /** Absolute; undefined means the home folder. */
  readonly cwd: string | undefined;
  /** Exit codes that mean success with a warning. 75 means that a later try may help, every other one failure. */
  readonly warningCodes: readonly number[];
}

/** Runs other jobs in the order of a graph without circles. */
export interface ChainJobDefinition extends JobBase {
  readonly kind: 'chain';
  readonly nodes: readonly ChainNode[];
  readonly edges: readonly ChainEdge[];
  /** `stop`: after a failure nothing is started any more that does not wait for one. */
  readonly onFailure: 'stop' | 'continue';
}

export type JobDefinition =
  | BackupJobDefinition
  | CopyJobDefinition
  | ForgetJobDefinition
  | PruneJobDefinition
  | CheckJobDefinition
  | DrillJobDefinition
  | CommandJobDefinition
  | ChainJobDefinition;

export type JobKind = JobDefinition['kind'];

export const jobKinds: readonly JobKind[] = ['backup', 'copy', 'forget', 'prune', 'check', 'drill', 'command', 'chain'];

/** Jobs that work on no repository: their runs have the repository `null` in the plan and `''` in the record. */
export type JobWithoutRepository = CommandJobDefinition | ChainJobDefinition;

export const worksOnRepository = (job: JobDefinition): job is Exclude<JobDefinition, JobWithoutRepository> =>
  job.kind !== 'command' && job.kind !== 'chain';

/** A repository as configured; holds references to secrets, never their values. */
export interface RepositoryDefinition {
  readonly name: RepositoryName;
  /** Name of the backend plug-in, such as `restic`. */
  readonly backend: string;
  /** The address in the backend's own syntax; a local path is absolute. */
  readonly location: string;
  readonly password: SecretReference | undefined;
  /** Extra environment of the engine, by reference. */
  readonly env: Readonly<Record<string, SecretReference>>;
  /** The engine's word for its default compression, such as `auto`; undefined leaves it to the engine. */
  readonly compression: string | undefined;
  /** Size of a pack file in bytes; undefined leaves it to the engine. */
  readonly packSizeBytes: number | undefined;
  readonly limits: TransferLimits;
  /** How gently everything works on it, beside what its jobs say; its transfer limits are shared by all runs. */
  readonly throttle?: ThrottlePolicy | undefined;
  /** How long to wait for another client's lock before giving up with `repository.locked`. */
  readonly lockWaitMs: DurationMs;
  /** How long it may answer nothing at all before it counts as unreachable; absent: as long as its engine waits. */
  readonly stallTimeoutMs?: DurationMs | undefined;
  /** What the backend plug-in alone understands. */
  readonly options: Readonly<Record<string, unknown>>;
  /** It is created so that it cuts files at the same places as this one: what is copied and what is saved is stored once. */
  readonly sameChunkerAs?: RepositoryName | undefined;
  /** False leaves all reading to the engine; else it is read in this process where that is possible. */
  readonly native?: boolean | undefined;
  /** How large the index of what its snapshots hold may become on this machine; 0 or absent: there is none. */
  readonly catalogBytes?: number | undefined;
  /** How much its storage is meant to take: it is told of when most of that is used, and nothing is ever removed for it. */
  readonly quotaBytes?: number | undefined;
}
