import { closest, UmbraError, type ConditionRule, type Conditions, type Configuration } from '@umbracore/contracts';
import { failure, failureAt } from '../report/failure.ts';
import { placeIn, strongestAt, type Layer, type Place } from './layers.ts';
import type { CompleteFields } from './plain-fields.ts';
import { originOf, type PlacedRule } from '../origin.ts';
import { configurationError, toProblems } from '../report/problem.ts';
import { configurationSchema } from '../schema/configuration.ts';
import { conditionWords } from '../schema/job.ts';
import { distinct, nearestSpan, type Finding } from '../reading/source-text.ts';

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
export const placedRules = (layers: readonly Layer[], rules: readonly ConditionRule[]): readonly PlacedRule[] =>
  rules.map((rule) => ({
    rule,
    place(part) {
      const layer = strongestAt(layers, ['conditions', rule.kind]);
      if (layer === undefined) return undefined;
      return part === 'key' ? keyIn(layer, rule.kind) : placeIn(layer, ['conditions', rule.kind]);
    },
  }));

/** What the plug-ins have against the conditions, or sensors, as configured. */
export function conditionFindings(
  placed: readonly PlacedRule[],
  conditions: Pick<Conditions, 'check' | 'kinds'>,
): readonly Finding[] {
  const known = new Set(conditions.kinds());
  const findings = placed.flatMap(({ rule, place }) => {
    const wrong = failure(() => conditions.check(rule));
    const at = wrong && place(known.has(rule.kind) ? 'value' : 'key');
    return wrong === undefined || at === undefined ? [] : [failureAt(wrong, at)];
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
