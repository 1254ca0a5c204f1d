import type { MonthDay, Recurrence, WallTime } from '@umbracore/contracts';
import { cronRule } from './cron.ts';
import { allDates, bits, type NamedDates } from './named-dates.ts';

/** Which dates and which minutes of the day a recurrence names. */
export interface WallRule {
  /**
   * `each-date`: every named time counts once on every date that exists. `each-instant`: whenever the clock shows a named
   * time it counts, twice if the clock is put back, never if it leaps over it.
   */
  readonly counts: 'each-date' | 'each-instant';
  /** Minutes of the day, rising, at least one. */
  readonly minutes: readonly number[];
  readonly dates: NamedDates;
}

export type Rule =
  | { readonly type: 'never' }
  | { readonly type: 'interval'; readonly everyMs: number }
  | { readonly type: 'wall'; readonly wall: WallRule };

const rules = new WeakMap<Recurrence, Rule>();

/** What a recurrence means. Kept as long as the recurrence itself, because a cron expression takes time to read. */
export function ruleOf(recurrence: Recurrence): Rule {
  const known = rules.get(recurrence);
  if (known) return known;
  const rule = newRule(recurrence);
  rules.set(recurrence, rule);
  return rule;
}

function newRule(recurrence: Recurrence): Rule {
  switch (recurrence.type) {
    case 'manual':
      return { type: 'never' };
    case 'interval':
      return { type: 'interval', everyMs: recurrence.everyMs };
    case 'hourly':
      return { type: 'wall', wall: hourly(recurrence.minute) };
    case 'daily':
      return onDates(recurrence.at, allDates);
    case 'weekly':
      return onDates(recurrence.at, { ...allDates, weekdays: bits(recurrence.days) });
    case 'monthly':
      return onDates(recurrence.at, monthly(recurrence.day));
    case 'cron':
      return sharedCron(recurrence.expression);
    default:
      return recurrence satisfies never;
  }
}

const cronRules = new Map<string, Rule>();

/** So many expressions are remembered at most. */
const remembered = 1000;

/** Many jobs have few expressions among them, and one that fires every minute names 1,440 times: equal ones share their rule. */
function sharedCron(expression: string): Rule {
  const known = cronRules.get(expression);
  if (known) return known;
  const rule: Rule = { type: 'wall', wall: cronRule(expression) };
  if (cronRules.size === remembered) cronRules.clear();
  cronRules.set(expression, rule);
  return rule;
}

function hourly(minute: number): WallRule {
  const minutes = Array.from({ length: 24 }, (_, hour) => hour * 60 + minute);
  return { counts: 'each-instant', minutes, dates: allDates };
}

function onDates(at: WallTime, dates: NamedDates): Rule {
  return { type: 'wall', wall: { counts: 'each-date', minutes: [at.hour * 60 + at.minute], dates } };
}

function monthly(day: MonthDay): NamedDates {
  if (day === 'last') return { ...allDates, monthDays: 0, lastDay: true };
  if (typeof day === 'number') return { ...allDates, monthDays: bits([day]) };
  return { ...allDates, weekdays: 0, lastWeekdays: bits([day.lastWeekday]) };
}
