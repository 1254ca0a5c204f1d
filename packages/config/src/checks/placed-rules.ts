import { UmbraError, type ConditionRule, type Conditions, type Configuration } from '@umbracore/contracts';
import { originOf, type Origin, type PlacedRule } from '../origin.ts';
import { distinct, type Finding } from '../reading/source-text.ts';
import { failure, failureAt } from '../report/failure.ts';
import { configurationError, toProblems } from '../report/problem.ts';
import { configurationSchema } from '../schema/configuration.ts';

/** Knows kinds of something that plug-ins bring, and what they take as options. */
export type Judge = Pick<Conditions, 'check' | 'kinds'>;

/** What the plug-ins have against what is configured of them. */
export function placedFindings(placed: readonly PlacedRule[], judge: Judge): readonly Finding[] {
  const known = new Set(judge.kinds());
  const findings = placed.flatMap(({ rule, place }) => {
    const wrong = failure(() => judge.check(rule));
    const at = wrong && place(known.has(rule.kind) ? 'value' : 'key');
    return wrong === undefined || at === undefined ? [] : [failureAt(wrong, at)];
  });
  return distinct(findings);
}

/** Rules of a configuration without a file, and whose they are: `job "documents"`. */
export interface SaidRules {
  readonly what: string;
  readonly rules: readonly ConditionRule[];
}

/** Is told of plug-ins that broke when they were asked about what is said to them, as a report. */
export type OnFault = (report: UmbraError) => void;

/** Of codes: the plug-in is to blame, and not what is said to it. */
export const isFault = ({ code }: Pick<Finding, 'code'>): boolean =>
  code === 'plugin.invalid' || code.startsWith('engine.');

/**
 * Throws the report of rules that a judge refuses, as loading does. Of a configuration without a file, the first problem with the
 * name of whose it is. Where nothing but faults of plug-ins is wrong, `onFault` is told instead, if somebody wants to know.
 */
export function refusePlaced(
  configuration: Configuration,
  placed: (origin: Origin) => readonly PlacedRule[],
  judge: Judge,
  said: () => readonly SaidRules[],
  onFault: OnFault = refuse,
): void {
  const origin = originOf(configuration);
  if (origin !== undefined) {
    const findings = placedFindings(placed(origin), judge);
    if (findings.length === 0) return;
    const report = configurationError(toProblems(findings, configurationSchema), origin.main, origin.cwd);
    return (findings.every(isFault) ? onFault : refuse)(report);
  }
  for (const { what, rules } of said()) {
    for (const rule of rules) {
      const wrong = failure(() => judge.check(rule));
      if (wrong === undefined) continue;
      const { code, message, hint, context } = wrong;
      (isFault(wrong) ? onFault : refuse)(new UmbraError(code, `${what}: ${message}`, { hint, context }));
    }
  }
}

const refuse: OnFault = (report) => {
  throw report;
};
