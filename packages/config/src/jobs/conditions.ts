import { closest, type ConditionRule, type Conditions, type Configuration } from '@umbracore/contracts';
import { refusePlaced, type OnFault } from '../checks/placed-rules.ts';
import { placeIn, strongestAt, type Layer, type Place } from './layers.ts';
import type { CompleteFields } from './plain-fields.ts';
import type { PlacedRule } from '../origin.ts';
import { conditionWords } from '../schema/job.ts';
import { valueAt } from '../reading/path.ts';
import { nearestSpan, type Finding } from '../reading/source-text.ts';

const words: readonly string[] = conditionWords;

function keyIn({ entry }: Layer, kind: string): Place | undefined {
  if (entry === undefined) return undefined;
  const { source, path } = entry;
  return { source, span: nearestSpan(source, [...path, 'conditions', kind], 'key') };
}

/** Words beside the conditions that were probably meant, but would be taken for conditions; and those that have no meaning. */
export function checkConditionWords(
  layers: readonly Layer[],
  { conditions = {} }: Pick<CompleteFields, 'conditions'>,
): readonly Finding[] {
  const misspelt = Object.keys(conditions).flatMap((kind): readonly Finding[] => {
    const meant = words.includes(kind) ? undefined : closest(kind, words);
    const layer = meant === undefined ? undefined : strongestAt(layers, ['conditions', kind]);
    const place = layer && keyIn(layer, kind);
    if (place === undefined) return [];
    const message = `unknown key "${kind}" in conditions`;
    return [{ code: 'config.unknown-key', message, hint: `did you mean "${meant}"?`, ...place }];
  });
  return [...misspelt, ...idleWords(layers, conditions)];
}

/**
 * Says what a run does while a condition is not met, where there is none. Layers below say it for those among their jobs that have
 * conditions.
 */
function idleWords(layers: readonly Layer[], conditions: object): readonly Finding[] {
  const own = layers.at(-1);
  const said = words.find((word) => valueAt(own?.fields, ['conditions', word]) !== undefined);
  const hasCondition = Object.keys(conditions).some((kind) => !words.includes(kind));
  if (own === undefined || said === undefined || hasCondition || own.entry?.faulty === true) return [];
  const place = keyIn(own, said);
  if (place === undefined) return [];
  const message = `"${said}" is for what is not met, and there is no condition`;
  const hint = 'add a condition, such as "power: ac", or remove it';
  return [{ code: 'config.invalid-value', message, hint, ...place }];
}

/** The conditions of a job with their places. */
export const placedRules = (layers: readonly Layer[], rules: readonly ConditionRule[]): readonly PlacedRule[] =>
  rules.map((rule) => ({
    rule,
    place(part) {
      const layer = strongestAt(layers, ['conditions', rule.kind]);
      if (layer === undefined) return undefined;
      return part === 'key' ? keyIn(layer, rule.kind) : placeIn(layer, ['conditions', rule.kind]);
    },
  }));

/**
 * Checks the conditions of a configuration once its plug-ins, which bring the kinds, are loaded. Throws as loading does: the
 * report with every problem at its place. Of a configuration without a file, the first problem with the name of its job.
 */
export const checkConditions = (configuration: Configuration, conditions: Conditions, onFault?: OnFault): void =>
  refusePlaced(
    configuration,
    (origin) => origin.rules,
    conditions,
    () =>
      [...configuration.jobs.values()].map((job) => ({ what: `job "${job.id}"`, rules: job.conditions?.all ?? [] })),
    onFault,
  );
