import { hash } from 'node:crypto';
import type { NotificationRule } from '@umbracore/contracts';

const keys = new WeakMap<NotificationRule, string>();

/** The same for the same rule in every process; one that is changed begins anew. */
export function ruleKey(rule: NotificationRule): string {
  const known = keys.get(rule);
  if (known !== undefined) return known;
  const { on, severity, jobs, tags, channels, repeatEveryMs, quietHours, digest } = rule;
  const parts = [
    on,
    severity ?? '',
    jobs,
    tags,
    channels,
    repeatEveryMs ?? 0,
    quietHours?.text ?? '',
    digest?.text ?? '',
  ];
  const key = hash('sha256', JSON.stringify(parts)).slice(0, 12);
  keys.set(rule, key);
  return key;
}
