import type { DurationMs } from './time.ts';

/** A condition of a job as configured: the kind, and what the kind understands. */
export interface ConditionRule {
  /** Name of the kind, such as `power`. */
  readonly kind: string;
  readonly options: unknown;
}

/** What has to hold for a run of a job to start by itself. A run that was asked for with `ignoreConditions` does not care. */
export interface JobConditions {
  /** All of them have to be met. */
  readonly all: readonly ConditionRule[];
  /** What happens to a due run while one is not met: it waits until all are, or it is skipped. */
  readonly otherwise: 'wait' | 'skip';
  /** A run that waited so long is skipped; undefined means until the next one is due. */
  readonly waitForMs: DurationMs | undefined;
}

/** How things stand with one condition. */
export interface ConditionState {
  readonly rule: ConditionRule;
  readonly met: boolean;
  /** A sentence that says what was seen, such as "on battery, 34 %". Never a secret. */
  readonly text: string;
}

/** One kind of condition, as a plug-in brings it. */
export interface ConditionKind {
  /** The key in the configuration. */
  readonly kind: string;
  /** Throws `config.invalid-value` with a hint if the options make no sense. Called when the configuration is read. */
  check(options: unknown): void;
  /**
   * Looks now. What cannot be found out is not met, and says so in its text. Rejects only when the signal aborts: a kind that
   * throws counts as not met.
   */
  evaluate(options: unknown, signal: AbortSignal): Promise<{ readonly met: boolean; readonly text: string }>;
}

/** Looks at conditions. Never rejects: one that hangs or throws is not met. */
export interface Conditions {
  /** In the order of `rules`. */
  evaluate(rules: readonly ConditionRule[], signal?: AbortSignal): Promise<readonly ConditionState[]>;
  /** Throws `config.*` for an unknown kind or options that it refuses. */
  check(rule: ConditionRule): void;
  kinds(): readonly string[];
}
