import type { DurationMs } from './time.ts';
import type { SecretReference } from './secret.ts';
import type { Schedule } from './schedule.ts';

/** A name given by a user: letters, digits, `-`, `_` and `.`, starting with a letter or digit. */
export type JobId = string;
export type RepositoryName = string;

/** A folder or file to save. `required: false` lets a run succeed without it. */
export interface Source {
  /** Absolute, handed to the engine verbatim, never as a pattern. */
  readonly path: string;
  readonly required: boolean;
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

/** Transfer limits in bytes per second; absent means unlimited. */
export interface TransferLimits {
  readonly uploadBytesPerSecond?: number | undefined;
  readonly downloadBytesPerSecond?: number | undefined;
}

/** A backup job with every default filled in. */
export interface BackupJobDefinition {
  readonly kind: 'backup';
  readonly id: JobId;
  readonly description: string;
  readonly enabled: boolean;
  readonly sources: readonly Source[];
  /** Exclude patterns in the engine's own syntax. */
  readonly excludes: readonly string[];
  /** Folders holding a file of one of these names are left out. */
  readonly excludeIfPresent: readonly string[];
  /** Leaves out folders marked with a CACHEDIR.TAG. */
  readonly excludeCaches: boolean;
  readonly oneFileSystem: boolean;
  /** A run is made for each, in this order; one failing does not stop the next. */
  readonly repositories: readonly RepositoryName[];
  readonly tags: readonly string[];
  /** 0 (off) to 9 (smallest); undefined leaves the choice to the repository. */
  readonly compressionLevel: number | undefined;
  readonly schedules: readonly Schedule[];
  readonly retry: RetryStrategy;
  readonly verifyAfterBackup: VerifyLevel;
  readonly limits: TransferLimits;
  /** An attempt that runs longer is ended; undefined means no limit. */
  readonly maxRuntimeMs: DurationMs | undefined;
  /** An attempt that shows no progress for so long is ended. */
  readonly stallTimeoutMs: DurationMs;
  /**
   * A run that finds less than this share of the last good run's bytes or files (0 to 1) is suspicious: its outcome is
   * `warning`.
   */
  readonly shrinkLimit: number;
  readonly orphanPolicy: OrphanPolicy;
}

export type JobDefinition = BackupJobDefinition;

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
  /** How long to wait for another client's lock before giving up with `repository.locked`. */
  readonly lockWaitMs: DurationMs;
  /** What the backend plug-in alone understands. */
  readonly options: Readonly<Record<string, unknown>>;
}
