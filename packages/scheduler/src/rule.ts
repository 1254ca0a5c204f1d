import type { MonthDay, Recurrence, WallTime } from '@umbracore/contracts';
import type { CivilDate } from './civil.ts';
import { cronRule } from './cron.ts';

/** Which dates and which minutes of the day a recurrence names. */
export interface WallRule {
  /**
   * `each-date`: every named time counts once on every date that exists. `each-instant`: whenever the clock shows a named
   * time it counts, twice if the clock is put back, never if it leaps over it.
   */
  readonly counts: 'each-date' | 'each-instant';
  /** Minutes of the day, rising, at least one. */
  readonly minutes: readonly number[];
  date(date: CivilDate): boolean;
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
      return onDates(recurrence.at, () => true);
    case 'weekly':
      return onDates(recurrence.at, ({ weekday }) => recurrence.days.includes(weekday));
    case 'monthly':
      return onDates(recurrence.at, (date) => isMonthDay(recurrence.day, date));
    case 'cron':
      return { type: 'wall', wall: cronRule(recurrence.expression) };
    default:
      return recurrence satisfies never;
  }
}

function hourly(minute: number): WallRule {
  const minutes = Array.from({ length: 24 }, (_, hour) => hour * 60 + minute);
  return { counts: 'each-instant', minutes, date: () => true };
}

function onDates(at: WallTime, date: (date: CivilDate) => boolean): Rule {
  const minutes = [at.hour * 60 + at.minute];
  return { type: 'wall', wall: { counts: 'each-date', minutes, date } };
}

function isMonthDay(wanted: MonthDay, { day, weekday, daysInMonth }: CivilDate): boolean {
  if (wanted === 'last') return day === daysInMonth;
  if (typeof wanted === 'number') return day === wanted;
  return weekday === wanted.lastWeekday && day > daysInMonth - 7;
}
