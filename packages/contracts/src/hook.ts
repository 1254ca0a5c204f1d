import type { SecretReference } from './secret.ts';
import type { DurationMs } from './time.ts';

/**
 * When a hook runs, in each attempt of a run.
 * - `before`: ahead of everything, also of the look at the sources. One that fails can stop the run.
 * - `after`: behind a good end; `onError`: behind a failed attempt.
 * - `finally`: at the end of every attempt that began, however it ended, also when it is found after a crash: at least once.
 */
export type HookPhase = 'before' | 'after' | 'onError' | 'finally';

export const hookPhases: readonly HookPhase[] = ['before', 'after', 'onError', 'finally'];

/** A program that runs around the work of a job. */
export interface HookDefinition {
  /** The program and its arguments; no shell is involved unless it is one. */
  readonly run: readonly string[];
  /** Variables with these values. */
  readonly env: Readonly<Record<string, SecretReference>>;
  /** Secrets that are read from a descriptor, whose path is in the variable `NAME_FILE`. */
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
