import type { DurationMs } from './time.ts';

/** Transfer limits in bytes per second; absent means unlimited. */
export interface TransferLimits {
  readonly uploadBytesPerSecond?: number | undefined;
  readonly downloadBytesPerSecond?: number | undefined;
}

/** How an engine competes: like everybody, with a small share, or only for what nobody else wants. */
export type EnginePriority = 'normal' | 'low' | 'idle';

export const enginePriorities: readonly EnginePriority[] = ['normal', 'low', 'idle'];

/** What an engine may take of its machine; absent means that nothing is held back. */
export interface EngineLimits extends TransferLimits {
  /** Of all processors together, above 0 to 1. */
  readonly cpuShare?: number | undefined;
  /** For processors. */
  readonly priority?: EnginePriority | undefined;
  /** For disks. */
  readonly ioPriority?: EnginePriority | undefined;
  /** Files that are read at the same time. */
  readonly readConcurrency?: number | undefined;
}

/** What an engine is held to at one moment. */
export interface ThrottleLimits extends EngineLimits {
  /** It stands still. */
  readonly paused?: boolean | undefined;
}

/** What one part of a policy says: absent leaves what was said before it, null lifts it. */
export type ThrottleWords = { readonly [Key in keyof ThrottleLimits]?: ThrottleLimits[Key] | null };

/** A sensor with what it is to look for. */
export interface SensorRule {
  /** Name of the sensor, such as `loadAbove`. */
  readonly kind: string;
  readonly options: unknown;
}

export interface ThrottleRule {
  /** It counts while all of them hold. */
  readonly all: readonly SensorRule[];
  readonly words: ThrottleWords;
}

/** How gently the runs of a job, or everything on a repository, are to work. A later rule goes before an earlier one. */
export interface ThrottlePolicy {
  readonly base: ThrottleWords;
  readonly rules: readonly ThrottleRule[];
  /** IANA zone of hours and weekdays. */
  readonly zone: string;
}

/** `near`: it neither holds nor is it over, so that what was the case stays. `unknown`: nobody can tell; it does not hold. */
export type SensorVerdict = 'holds' | 'near' | 'clear' | 'unknown';

export interface SensorReading {
  readonly verdict: SensorVerdict;
  /** What was seen, in a few words, such as "load 2.10 per processor". Never a secret. */
  readonly text: string;
}

/** What a sensor may need to know of those who ask. */
export interface SensorSubject {
  /** IANA zone of hours and weekdays. */
  readonly zone: string;
  /** Addresses of the repositories that are worked on. */
  readonly locations: readonly string[];
}

/** Something that tells how busy, how warm or how well connected a machine is, as a plug-in brings it. */
export interface Sensor {
  /** The key in a rule of the configuration. */
  readonly kind: string;
  /** An answer serves for so long; two seconds if absent. */
  readonly freshMs?: DurationMs | undefined;
  /** Throws `config.invalid-value` with a hint if the options make no sense. Called when the configuration is read. */
  check(options: unknown): void;
  /** Looks now. What cannot be found out is `unknown` and says why. One that throws counts as `unknown`. */
  sense(options: unknown, subject: SensorSubject, signal: AbortSignal): Promise<SensorReading>;
}

/** Reads sensors. Never rejects: one that hangs or throws is `unknown`. */
export interface Sensors {
  /** In the order of `rules`. */
  sense(rules: readonly SensorRule[], subject: SensorSubject): Promise<readonly SensorReading[]>;
  /** Throws `config.*` for an unknown kind or options that it refuses. */
  check(rule: SensorRule): void;
  kinds(): readonly string[];
}

/** What somebody wants for one run, whatever the policies say. Null stands for nothing: the policies decide. */
export type ThrottleWish = ThrottleWords | null;

/** What holds a run back, and why. */
export interface ThrottleState {
  readonly limits: ThrottleLimits;
  /** Sentences, such as "metered: on a metered connection". Empty if nothing holds it back. */
  readonly because: readonly string[];
  /** What could not be done about it, a sentence each. */
  readonly unapplied: readonly string[];
}
