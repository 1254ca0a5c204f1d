import type { ErrorRecord } from './errors.ts';
import type { JobId, JobKind, RepositoryName } from './job.ts';
import type { RunId, RunOutcome } from './run.ts';
import type { Secret, SecretReference } from './secret.ts';
import type { DurationMs } from './time.ts';

/**
 * When a hook runs, in each attempt of a run.
 * - `before`: ahead of everything, also of the look at the sources. One that fails can stop the run.
 * - `after`: behind a good end; `onError`: behind a failed attempt.
 * - `finally`: at the end of every attempt that began, however it ended, also when it is found after a crash: at least once.
 */
export type HookPhase = 'before' | 'after' | 'onError' | 'finally';

export const hookPhases: readonly HookPhase[] = ['before', 'after', 'onError', 'finally'];

/** What a plug-in is to do as a hook. */
export interface HookRule {
  /** Name of the kind, such as `zfs-snapshot`. */
  readonly kind: string;
  readonly options: unknown;
}

/** What runs around the work of a job: a program, or what a plug-in does. */
export interface HookDefinition {
  /** The program and its arguments; no shell is involved unless it is one. Empty if a plug-in does it. */
  readonly run: readonly string[];
  /** Absent: a program does it. */
  readonly use?: HookRule | undefined;
  /** Variables with these values. */
  readonly env: Readonly<Record<string, SecretReference>>;
  /** Secrets that a program reads from a descriptor, whose path is in the variable `NAME_FILE`; a plug-in gets them by name. */
  readonly secrets: Readonly<Record<string, SecretReference>>;
  /** Absolute; undefined means the home folder. */
  readonly cwd: string | undefined;
  /** One that takes longer is ended with all that it started. */
  readonly timeoutMs: DurationMs;
  /** In all, the first one included. */
  readonly tries: number;
  readonly delayMs: DurationMs;
  /** What becomes of the run if it fails before the work: it fails, is skipped, or goes on. Of no other phase. */
  readonly onFailure: 'fail' | 'skip' | 'continue';
}

export type JobHooks = Readonly<Record<HookPhase, readonly HookDefinition[]>>;

/** What a hook may know of the run around which it runs. */
export interface HookOccasion {
  readonly phase: HookPhase;
  readonly job: JobId;
  readonly kind: JobKind;
  readonly run: RunId;
  /** From 1. */
  readonly attempt: number;
  /** Absent for jobs that work on none. */
  readonly repository?: RepositoryName | undefined;
  /** What the attempt came to; absent before it, and in `finally`. */
  readonly outcome?: RunOutcome | undefined;
  readonly error?: Pick<ErrorRecord, 'code' | 'message'> | undefined;
  readonly snapshot?: string | undefined;
}

/** One call of a hook of a plug-in. */
export interface HookOperation {
  /** Aborts when its time is over, the run is cancelled, or this process has to end. */
  readonly signal: AbortSignal;
  /** A line for the log of the run. Secrets of the hook are masked. */
  readonly note: (line: string) => void;
  /** Those that its configuration names. */
  readonly secrets: Readonly<Record<string, Secret>>;
}

/** `not-now` of a hook before the work skips the run, as exit code 75 of a program does. Elsewhere it is a failure. */
export type HookVerdict = 'done' | 'not-now';

/** One kind of hook, as a plug-in brings it. */
export interface HookKind {
  /** `use` in the configuration of a hook. */
  readonly kind: string;
  /** Throws `config.invalid-value` with a hint if the options make no sense. Called when the configuration is read. */
  check(options: unknown): void;
  /**
   * Does it, whether or not it was done before: after a crash it is called again. Rejects if it failed, and soon after the signal
   * aborts, with nothing left half done. Whoever calls masks its secrets in what it throws.
   */
  run(options: unknown, occasion: HookOccasion, operation: HookOperation): Promise<HookVerdict>;
}

/** All kinds of hooks as one. */
export interface Hooks {
  /** Rejects as the kind does, and with `plugin.absent` if nobody brings it. */
  run(rule: HookRule, occasion: HookOccasion, operation: HookOperation): Promise<HookVerdict>;
  /** Throws `config.*` for an unknown kind or options that it refuses. */
  check(rule: HookRule): void;
  kinds(): readonly string[];
}
