import type { ConditionState, Instant, JobConditions, JobDefinition } from '@umbracore/contracts';
import type { DecisionFacts } from '../decide.ts';
import type { Finding } from './findings.ts';
import { instantText } from './instant-text.ts';

export const noOpening = 'No window of the job is open within a year';

export const isClosed = ({ opening }: Pick<DecisionFacts, 'opening'>, now: Instant): boolean =>
  opening === null || (opening !== undefined && opening.from > now);

/** Windows and blackouts. */
export function window({ opening, asked, dueStart }: DecisionFacts, now: Instant): Finding | undefined {
  const code = 'window';
  if (opening === undefined || asked) return undefined;
  if (opening === null) {
    return { code, ok: false, text: () => noOpening, verdict: { type: 'skip', outcome: 'missed', code } };
  }
  const { from, to } = opening;
  if (from > now) {
    const text = () => `Its windows open at ${instantText(from)}`;
    return { code, ok: false, text, verdict: { type: 'wait', until: Math.max(from, dueStart ?? from), code } };
  }
  return {
    code,
    ok: true,
    text: () => (to === Infinity ? 'It may start at any time' : `It may start until ${instantText(to)}`),
  };
}

/** After waking up nothing starts by itself until the machine has found its network again. */
export function settling({ settlingUntil, asked }: DecisionFacts, now: Instant): Finding | undefined {
  const code = 'settling';
  if (settlingUntil === undefined || settlingUntil <= now || asked) return undefined;
  const text = () => `The machine woke up a moment ago: nothing starts before ${instantText(settlingUntil)}`;
  return { code, ok: false, text, verdict: { type: 'wait', until: settlingUntil, code } };
}

export function condition(job: JobDefinition, facts: DecisionFacts, now: Instant): Finding | undefined {
  const code = 'condition';
  const { conditions: rules } = job;
  if (rules === undefined || rules.all.length === 0) return undefined;
  if (facts.conditions === undefined) {
    const text = () =>
      facts.asked ? 'Its conditions do not count for this run' : 'Its conditions are looked at when it is due';
    return { code, ok: true, text };
  }
  const { conditions } = facts;
  const unmet = conditions.filter(({ met }) => !met);
  if (unmet.length === 0) return { code, ok: true, text: () => `All conditions are met: ${told(conditions)}` };
  return { code, ok: false, text: () => told(unmet), verdict: unmetVerdict(rules, facts, now) };
}

const told = (states: readonly ConditionState[]): string =>
  states.map(({ rule, text }) => `${rule.kind}: ${text}`).join('; ');

function unmetVerdict(
  { otherwise, waitForMs }: JobConditions,
  { asked, unmetSince = Infinity }: DecisionFacts,
  now: Instant,
): NonNullable<Finding['verdict']> {
  const code = 'condition';
  const waited = waitForMs !== undefined && now - unmetSince >= waitForMs;
  // Whoever asks wants an answer now.
  if (asked || otherwise === 'skip' || waited) return { type: 'skip', outcome: 'skipped', code };
  const until = waitForMs === undefined || unmetSince === Infinity ? undefined : unmetSince + waitForMs;
  return { type: 'wait', until, code };
}

/** What runs share. */
export function resource({ shortage }: DecisionFacts): Finding | undefined {
  const code = 'resource';
  if (shortage === undefined) return undefined;
  const { resource: name, capacity, usedBy } = shortage;
  const users = () => (usedBy.length === 0 ? '' : `: ${usedBy.join(', ')}`);
  const text = () => `${name} has room for ${capacity}, and it is taken${users()}`;
  return { code, ok: false, text, verdict: { type: 'wait', until: undefined, code } };
}
