import type { DurationMs, SensorReading } from '@umbracore/contracts';

/** How it stands with one rule. Times are monotonic. */
export interface RuleState {
  readonly holds: boolean;
  readonly sinceMs: number;
  /** It holds for at least so long; grows while it comes and goes. */
  readonly holdMs: DurationMs;
}

const shortestHoldMs: DurationMs = 60_000;
const longestHoldMs: DurationMs = 15 * 60_000;
/** A rule that comes back so soon after it went was over only in appearance, most likely through what it did itself. */
const relapseMs: DurationMs = 5 * 60_000;

export const freshRule = (nowMs: number): RuleState => ({
  holds: false,
  sinceMs: nowMs - relapseMs - 1,
  holdMs: shortestHoldMs,
});

/** A rule comes into force at once and stays for a while, the longer the more often it came back. */
export function nextRule(rule: RuleState, readings: readonly SensorReading[], nowMs: number): RuleState {
  const wanted = verdictOf(readings) ?? rule.holds;
  if (wanted === rule.holds) return rule;
  const ageMs = nowMs - rule.sinceMs;
  if (!wanted) return ageMs < rule.holdMs ? rule : { ...rule, holds: false, sinceMs: nowMs };
  const holdMs = ageMs <= relapseMs ? Math.min(longestHoldMs, rule.holdMs * 2) : shortestHoldMs;
  return { holds: true, sinceMs: nowMs, holdMs };
}

/** Undefined leaves it as it was. */
function verdictOf(readings: readonly SensorReading[]): boolean | undefined {
  if (readings.some(({ verdict }) => verdict === 'clear' || verdict === 'unknown')) return false;
  return readings.every(({ verdict }) => verdict === 'holds') ? true : undefined;
}
