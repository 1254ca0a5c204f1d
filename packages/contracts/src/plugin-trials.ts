/**
 * What a plug-in is tried with by `umbra plugin check` and by `trialsOf` of the testkit. In every text `{folder}` stands for a new
 * folder. What is left out is not tried, but for backends: those get a folder as their location.
 */
export interface PluginTrials {
  /** The plug-in's own options. */
  readonly options?: unknown;
  /** By their names. */
  readonly backends?: Readonly<Record<string, BackendTrial>> | undefined;
  /** By their kinds. */
  readonly conditions?: Readonly<Record<string, ConditionTrial>> | undefined;
  /** By their schemes. */
  readonly secrets?: Readonly<Record<string, SecretTrial>> | undefined;
  /** By their kinds. */
  readonly notifiers?: Readonly<Record<string, NotifierTrial>> | undefined;
  /** By their kinds. */
  readonly sensors?: Readonly<Record<string, SensorTrial>> | undefined;
  /** By their kinds. */
  readonly hooks?: Readonly<Record<string, HookTrial>> | undefined;
}

export interface BackendTrial {
  /** A place without a repository; `{folder}/repository` if absent. */
  readonly location?: string | undefined;
  readonly password?: string | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly options?: Readonly<Record<string, unknown>> | undefined;
}

export interface ConditionTrial {
  /** Options that make no sense. */
  readonly refused: readonly unknown[];
  /** Of a condition that is met now. */
  readonly met?: { readonly options: unknown } | undefined;
  /** Of a condition that is not met now. */
  readonly unmet?: { readonly options: unknown } | undefined;
}

export interface SecretTrial {
  /** What follows the colon in a reference that leads to `value`. */
  readonly present: string;
  /** At least six characters that stand nowhere else. */
  readonly value: string;
  /** Leads to nothing. */
  readonly absent: string;
  /** Leads to the value, but must be refused. */
  readonly refused?: string | undefined;
  /** Files that are made first, by their paths below `{folder}`, with mode 0600. */
  readonly files?: Readonly<Record<string, string>> | undefined;
}

export interface NotifierTrial {
  /** Settings of a channel that takes what it is sent, secrets in place. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Path of a file in which what was sent can be read. */
  readonly arrives?: string | undefined;
  /** Settings of the right types that make no sense: what its `check` refuses. That one is missing is not left to it. */
  readonly refused?: readonly Readonly<Record<string, unknown>>[] | undefined;
  /** Of a channel that nobody reaches now. */
  readonly unreachable?: { readonly settings: Readonly<Record<string, unknown>> } | undefined;
}

export interface SensorTrial {
  /** Options that make no sense. */
  readonly refused: readonly unknown[];
  /** What holds now. */
  readonly holds?: { readonly options: unknown } | undefined;
  /** What does not hold now. */
  readonly clear?: { readonly options: unknown } | undefined;
}

export interface HookTrial {
  /** Options that make no sense. */
  readonly refused: readonly unknown[];
  /** Of a hook that does its work. */
  readonly works: { readonly options: unknown };
  /** Path of a file that is there once `works` has been done, and not before. */
  readonly leaves?: string | undefined;
  /** Of a hook that fails. */
  readonly fails?: { readonly options: unknown } | undefined;
  /** Of a hook that says "not now". */
  readonly postponed?: { readonly options: unknown } | undefined;
  /** Of a hook that takes longer than anybody waits. */
  readonly endless?: { readonly options: unknown } | undefined;
  /** What it gets as its secrets. */
  readonly secrets?: Readonly<Record<string, string>> | undefined;
}
