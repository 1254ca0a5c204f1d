import {
  closest,
  type Configuration,
  type SensorRule,
  type Sensors,
  type ThrottlePolicy,
  type ThrottleRule,
  type ThrottleWords,
} from '@umbracore/contracts';
import { builtInPolite } from './built-in.ts';
import { refusePlaced, type OnFault } from './checks/placed-rules.ts';
import { placeIn, strongestAt, type Layer, type Place } from './jobs/layers.ts';
import type { PlacedRule } from './origin.ts';
import type { Entry } from './reading/collect.ts';
import type { Path } from './reading/path.ts';
import { nearestSpan, type Finding } from './reading/source-text.ts';
import { throttleWords, type ThrottleInput } from './schema/throttle.ts';
import { parseRate } from './units.ts';

/** A policy in one form: without names of ready ones, rules as a list. */
export type PlainThrottle = Exclude<ThrottleInput, string>;

type Written<Rule> = Rule extends readonly (infer One)[] ? One : Rule;
type RuleInput = Written<NonNullable<PlainThrottle['when']>>;
type WordsInput = Omit<PlainThrottle, 'when'> & { readonly pause?: boolean | undefined };

export function plainThrottle(written: ThrottleInput): PlainThrottle {
  const policy: PlainThrottle = written === 'polite' ? builtInPolite : written;
  return policy.when === undefined ? policy : { ...policy, when: rulesIn(policy) };
}

const rulesIn = ({ when = [] }: PlainThrottle): RuleInput[] => (Array.isArray(when) ? when : [when]);

export function toThrottle(policy: PlainThrottle | undefined, zone: string): ThrottlePolicy | undefined {
  if (policy === undefined) return undefined;
  const { when: _when, ...always } = policy;
  return { base: toWords(always), rules: rulesIn(policy).map(toRule), zone };
}

function toWords(input: WordsInput): ThrottleWords {
  const { cpu, priority, ioPriority, upload, download, readConcurrency, pause } = input;
  const share = cpu === undefined ? undefined : Number.parseFloat(cpu) / 100;
  const words: ThrottleWords = {
    cpuShare: share === 1 ? null : share,
    priority,
    ioPriority,
    uploadBytesPerSecond: upload === undefined ? undefined : (parseRate(upload) ?? null),
    downloadBytesPerSecond: download === undefined ? undefined : (parseRate(download) ?? null),
    readConcurrency,
    paused: pause,
  };
  return Object.fromEntries(Object.entries(words).filter(([, value]) => value !== undefined));
}

const sensorsIn = (rule: RuleInput): readonly SensorRule[] =>
  Object.entries(rule).flatMap(([kind, options]) => (throttleWords.includes(kind) ? [] : [{ kind, options }]));

const toRule = (rule: RuleInput): ThrottleRule => ({ all: sensorsIn(rule), words: toWords(rule) });

/** Where something of a policy is written. */
type At = (path: Path, part: 'key' | 'value') => Place | undefined;

/** A job says it in one of its layers, rules in the strongest that has any. */
export const throttleOfJob = (layers: readonly Layer[]): At => {
  const layer = strongestAt(layers, ['throttle', 'when']);
  return (path, part) => {
    if (layer?.entry === undefined) return undefined;
    if (part === 'value') return placeIn(layer, ['throttle', 'when', ...path]);
    return keyAt(layer.entry, path);
  };
};

export const throttleOfRepository =
  (entry: Entry<unknown>): At =>
  (path) =>
    keyAt(entry, path);

function keyAt({ source, path: base }: Entry<unknown>, path: Path): Place {
  const [index, ...rest] = path;
  const full = [...base, 'throttle', 'when', ...path];
  // One rule may stand without its list.
  const alone = [...base, 'throttle', 'when', ...rest];
  const isAlone = index === 0 && source.locate([...base, 'throttle', 'when', 0], 'value') === undefined;
  return { source, span: nearestSpan(source, isAlone ? alone : full, 'key') };
}

/** The sensors of a policy with their places. */
export const placedSensors = (policy: ThrottlePolicy | undefined, at: At): readonly PlacedRule[] =>
  (policy?.rules ?? []).flatMap(({ all }, index) =>
    all.map((rule) => ({ rule, place: (part) => at([index, rule.kind], part) }) satisfies PlacedRule),
  );

/** Rules that never hold or say nothing, and words that were probably meant and would be taken for sensors. */
export function checkThrottle(policy: ThrottlePolicy | undefined, at: At): readonly Finding[] {
  return (policy?.rules ?? []).flatMap(({ all, words }, index): readonly Finding[] => {
    const found: Finding[] = [];
    const refuse = (place: Place | undefined, code: Finding['code'], message: string, hint: string): void => {
      if (place !== undefined) found.push({ code, message, hint, ...place });
    };
    for (const { kind } of all) {
      const meant = closest(kind, throttleWords);
      if (meant !== undefined)
        refuse(
          at([index, kind], 'key'),
          'config.unknown-key',
          `unknown key "${kind}" in a rule`,
          `did you mean "${meant}"?`,
        );
    }
    if (found.length > 0) return found;
    const place = at([index], 'key');
    if (all.length === 0)
      refuse(place, 'config.invalid-value', 'the rule does not say when', 'add a sensor to it, such as metered: true');
    else if (Object.keys(words).length === 0)
      refuse(place, 'config.invalid-value', 'the rule does not say what holds then', 'add a limit, or pause: true');
    return found;
  });
}

/**
 * Checks the sensors of a configuration once its plug-ins, which bring them, are loaded. Throws as loading does; of a
 * configuration without a file, the first problem with the name of its job or repository.
 */
export const checkThrottles = (configuration: Configuration, sensors: Sensors, onFault?: OnFault): void =>
  refusePlaced(
    configuration,
    (origin) => origin.sensors,
    sensors,
    () =>
      [
        ...[...configuration.jobs.values()].map(({ id, throttle }) => ({ what: `job "${id}"`, throttle })),
        ...[...configuration.repositories.values()].map(({ name, throttle }) => ({
          what: `repository "${name}"`,
          throttle,
        })),
      ].map(({ what, throttle }) => ({ what, rules: throttle?.rules.flatMap(({ all }) => all) ?? [] })),
    onFault,
  );
