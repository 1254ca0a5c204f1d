import {
  optionsSchema,
  UmbraError,
  type ConditionRule,
  type OptionsSchema,
  type PluginTrials,
} from '@umbracore/contracts';
import { ask, type Program } from './ask.ts';
import { parsed } from './messages.ts';
import * as values from './values.ts';

/** Rules of the configuration, by what plug-ins bring for them. */
export interface AskedRules {
  readonly conditions: readonly ConditionRule[];
  readonly sensors: readonly ConditionRule[];
  readonly hooks: readonly ConditionRule[];
}

export const nothingAsked: AskedRules = { conditions: [], sensors: [], hooks: [] };

/** The options that a plug-in says that it refuses, so that a trial can see whether it does. */
export const refusedIn = ({ conditions, sensors, hooks }: PluginTrials): AskedRules => ({
  conditions: refusedOf(conditions),
  sensors: refusedOf(sensors),
  hooks: refusedOf(hooks),
});

const refusedOf = (
  trials: Readonly<Record<string, { readonly refused: readonly unknown[] }>> = {},
): readonly ConditionRule[] =>
  Object.entries(trials).flatMap(([kind, { refused }]) => refused.map((options) => ({ kind, options })));

type Subject =
  { readonly what: 'plugin' } | { readonly what: 'backend' | 'condition' | 'sensor' | 'hook'; readonly name: string };

async function issuesOf(program: Program, subject: Subject, options: unknown) {
  const answer = await ask(program, { method: 'check', params: { ...subject, options }, patience: 'answer' });
  return parsed(values.issues, answer ?? {}, program.name, 'checked options wrongly').issues;
}

/** The program's own check of options; what it takes, it gets as it is written. */
export const schemaOf = (program: Program, subject: Subject): OptionsSchema =>
  optionsSchema(async (value) => {
    const issues = await issuesOf(program, subject, value);
    return issues.length === 0 ? { value } : { issues };
  });

/**
 * A check of options that answers at once, as those who read the configuration want it: the program was asked before about all the
 * rules that stand there. What appears later is judged when it is used.
 */
export async function checkedBeforehand(
  program: Program,
  what: 'condition' | 'sensor' | 'hook',
  kind: string,
  rules: readonly ConditionRule[],
): Promise<(options: unknown) => void> {
  const refusals = new Map<string, UmbraError>();
  for (const { options } of rules.filter((one) => one.kind === kind)) {
    const key = JSON.stringify(options);
    const [issue] = refusals.has(key) ? [] : await issuesOf(program, { what, name: kind }, options);
    if (issue === undefined) continue;
    const hint = issue.hint ?? 'look up its options where its plug-in describes them';
    refusals.set(key, new UmbraError('config.invalid-value', `${kind}: ${issue.message}`, { hint }));
  }
  return (options) => {
    const refusal = refusals.get(JSON.stringify(options));
    if (refusal !== undefined) throw refusal;
  };
}
