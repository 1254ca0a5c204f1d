import {
  optionsSchema,
  type ConditionRule,
  type OptionsSchema,
  type PluginTrials,
  type UmbraError,
} from '@umbracore/contracts';
import { refusal, type Doubts, type Subject } from './doubts.ts';

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

/** The program's own check of options; what it takes, it gets as it is written. */
export const schemaOf = (doubts: Doubts, subject: Subject): OptionsSchema =>
  optionsSchema(async (value) => {
    const issues = await doubts.issuesOf(subject, value);
    return issues.length === 0 ? { value } : { issues };
  });

/**
 * A check of options that answers at once, as those who read the configuration want it: the program was asked before about all the
 * rules that stand there. What appears later is judged when it is used.
 */
export async function checkedBeforehand(
  doubts: Doubts,
  what: 'condition' | 'sensor' | 'hook',
  kind: string,
  rules: readonly ConditionRule[],
): Promise<(options: unknown) => void> {
  const subject = { what, name: kind } as const;
  const refusals = new Map<string, UmbraError>();
  const seen = new Set<string>();
  for (const { options } of rules.filter((one) => one.kind === kind)) {
    const key = JSON.stringify(options);
    if (seen.has(key)) continue;
    seen.add(key);
    // One that breaks over its options must not take the other plug-ins with it: it is told of where they are checked.
    const [issue] = await doubts.issuesOf(subject, options).catch(() => []);
    if (issue !== undefined) refusals.set(key, refusal(subject, issue));
  }
  return (options) => {
    const wrong = doubts.faultOf(subject, options) ?? refusals.get(JSON.stringify(options));
    if (wrong !== undefined) throw wrong;
  };
}
