import type { ConditionRule, Configuration } from '@umbracore/contracts';
import type { ExtensionPart } from './checks/extensions.ts';
import type { Place } from './jobs/layers.ts';
import type { Path } from './reading/path.ts';

/** A condition of a job, with where it is written. */
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
  /** What reports name files relative to. */
  readonly cwd: string;
}

/** Beside the configurations, not in them: one that a program builds has no places. */
const origins = new WeakMap<Configuration, Origin>();

export const rememberOrigin = (configuration: Configuration, origin: Origin): void => {
  origins.set(configuration, origin);
};

export const originOf = (configuration: Configuration): Origin | undefined => origins.get(configuration);

/**
 * The files that a configuration was read from, and the folders in which a new one would belong to it: when one of them changes,
 * it is worth reading again. Absolute; none for a configuration that a program built.
 */
export const configurationFiles = (configuration: Configuration): readonly string[] =>
  originOf(configuration)?.files ?? [];
