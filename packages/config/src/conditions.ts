import { closest, UmbraError, type ConditionRule, type Conditions, type Configuration } from '@umbracore/contracts';
import { failure, failureAt } from './failure.ts';
import { placeIn, strongestAt, type Layer, type Place } from './layers.ts';
import type { CompleteFields } from './plain-fields.ts';
import { originOf, type PlacedRule } from './origin.ts';
import { configurationError, toProblems } from './problem.ts';
import { configurationSchema } from './schema/configuration.ts';
import { conditionWords } from './schema/job.ts';
import { distinct, nearestSpan, type Finding } from './source-text.ts';

const words: readonly string[] = conditionWords;

function keyIn({ entry }: Layer, kind: string): Place | undefined {
  if (entry === undefined) return undefined;
  const { source, path } = entry;
  return { source, span: nearestSpan(source, [...path, 'conditions', kind], 'key') };
}

/** Words beside the conditions that were probably meant, but would be taken for conditions. */
export function checkConditionWords(
  layers: readonly Layer[],
  { conditions = {} }: Pick<CompleteFields, 'conditions'>,
): readonly Finding[] {
  return Object.keys(conditions).flatMap((kind) => {
    const meant = words.includes(kind) ? undefined : closest(kind, words);
    const layer = meant === undefined ? undefined : strongestAt(layers, ['conditions', kind]);
    const place = layer && keyIn(layer, kind);
    if (place === undefined) return [];
    const message = `unknown key "${kind}" in conditions`;
    return [{ code: 'config.unknown-key', message, hint: `did you mean "${meant}"?`, ...place }];
  });
}

/** The conditions of a job with their places. */
export function placedRules(layers: readonly Layer[], rules: readonly ConditionRule[]): readonly PlacedRule[] {
  return rules.flatMap((rule) => {
    const layer = strongestAt(layers, ['conditions', rule.kind]);
    const key = layer && keyIn(layer, rule.kind);
    const options = layer && placeIn(layer, ['conditions', rule.kind]);
    return key === undefined || options === undefined ? [] : [{ rule, key, options }];
  });
}

/** What the plug-ins have against the conditions as configured. */
export function conditionFindings(placed: readonly PlacedRule[], conditions: Conditions): readonly Finding[] {
  const known = conditions.kinds();
  const findings = placed.flatMap(({ rule, key, options }) => {
    const wrong = failure(() => conditions.check(rule));
    if (wrong === undefined) return [];
    return [known.includes(rule.kind) ? failureAt(wrong, options) : { ...failureAt(wrong, key), span: key.span }];
  });
  return distinct(findings);
}

/**
 * Checks the conditions of a configuration once its plug-ins, which bring the kinds, are loaded. Throws as loading does: the
 * report with every problem at its place. Of a configuration without a file, the first problem with the name of its job.
 */
export function checkConditions(configuration: Configuration, conditions: Conditions): void {
  const origin = originOf(configuration);
  if (origin !== undefined) {
    const findings = conditionFindings(origin.rules, conditions);
    if (findings.length > 0)
      throw configurationError(toProblems(findings, configurationSchema), origin.main, origin.cwd);
    return;
  }
  for (const { id, conditions: wanted } of configuration.jobs.values()) {
    for (const rule of wanted?.all ?? []) {
      const wrong = failure(() => conditions.check(rule));
      if (wrong === undefined) continue;
      const { code, message, hint, context } = wrong;
      throw new UmbraError(code, `job "${id}": ${message}`, { hint, context: { ...context, job: id } });
    }
  }
}
