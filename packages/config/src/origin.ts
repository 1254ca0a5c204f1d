import type { ConditionRule, Configuration } from '@umbracore/contracts';
import type { ExtensionPart } from './checks/extensions.ts';
import type { Place } from './jobs/layers.ts';
import type { Path } from './reading/path.ts';

/** A condition of a job, or something else that a plug-in brings, with where it is written. */
export interface PlacedRule {
  readonly rule: ConditionRule;
  /** Where its name or its options stand; looked up only if they are wrong. */
  readonly place: (part: 'key' | 'value') => Place | undefined;
}

/** What a configuration was read from. */
export interface Origin {
  readonly main: string;
  readonly files: readonly string[];
  readonly rules: readonly PlacedRule[];
  /** Where a setting of a channel stands, or the channel itself. */
  readonly channel: (name: string, setting: string, isKey: boolean) => Place | undefined;
  /** Where a plug-in or a repository is written, or a part of it. */
  readonly placeOf: (part: ExtensionPart, path: Path) => Place | undefined;
  /** Of throttling, in the same form. */
  readonly sensors: readonly PlacedRule[];
  /** What plug-ins are to do as hooks. */
  readonly hooks: readonly PlacedRule[];
  /** What reports name files relative to. */
  readonly cwd: string;
  /** Every file with what stood in it, if the configuration follows from these texts alone. */
  readonly texts?: readonly (readonly [file: string, text: string])[] | undefined;
  /** False if the zone is that of the system. */
  readonly namesZone?: boolean | undefined;
  /** It was not read but remembered. */
  readonly isRecalled?: boolean | undefined;
}

/** Seen by nobody who lists or copies what is configured. The bundled program has this file twice, so the key is one for all. */
const key = Symbol.for('@umbracore/config/origin');

/** One that a program builds has no places. */
export const rememberOrigin = (configuration: Configuration, origin: Origin): void => {
  Object.defineProperty(configuration, key, { value: origin });
};

export const originOf = (configuration: Configuration): Origin | undefined =>
  (configuration as { readonly [key]?: Origin })[key];

/**
 * The files that a configuration was read from, and the folders in which a new one would belong to it: when one of them changes,
 * it is worth reading again. Absolute; none for a configuration that a program built.
 */
export const configurationFiles = (configuration: Configuration): readonly string[] =>
  originOf(configuration)?.files ?? [];
