import type { Calendar, Instant, Recurrence, Schedule, Slot } from '@umbracore/contracts';
import { UmbraError } from '@umbracore/contracts';
import { createHash } from 'node:crypto';
import { parsePhrase } from './phrase.ts';
import { ruleOf } from './rule.ts';
import { firstAfter, lastUntil, localAt } from './slot-search.ts';
import { zoneOf } from './zone.ts';

/**
 * Finds the due instants of schedules.
 *
 * - A wall-clock time (daily, weekly, monthly, a cron expression without stars and steps in its first two fields) comes
 *   exactly once on every date that exists in the zone: a time that the clock leaps over comes at the first minute after
 *   the leap, a time that it shows twice comes the first time.
 * - `hourly` and cron expressions with a star or a step there come whenever the clock shows them.
 * - An interval is counted from 1970-01-01T00:00Z in elapsed time, so that a restart does not move it.
 */
export const calendar: Calendar = {
  parse(text, zone) {
    zoneOf(zone);
    const recurrence = parsePhrase(text);
    ruleOf(recurrence);
    return { recurrence, zone, text: text.trim() };
  },
  next: (schedule, after) => slotAt(schedule, instantAfter(schedule, after)),
  previous: (schedule, at) => slotAt(schedule, instantUntil(schedule, at)),
  between: toCome,
  opening: toCome,
  startOf: toCome,
  parsePeriod: toCome,
};

function toCome(): never {
  throw new UmbraError('internal', 'to come');
}

function instantAfter({ recurrence, zone }: Schedule, after: Instant): Instant | undefined {
  const rule = ruleOf(recurrence);
  switch (rule.type) {
    case 'never':
      return undefined;
    case 'interval':
      return (Math.floor(after / rule.everyMs) + 1) * rule.everyMs;
    case 'wall':
      return firstAfter(rule.wall, zoneOf(zone), after);
    default:
      return rule satisfies never;
  }
}

function instantUntil({ recurrence, zone }: Schedule, at: Instant): Instant | undefined {
  const rule = ruleOf(recurrence);
  switch (rule.type) {
    case 'never':
      return undefined;
    case 'interval':
      return Math.floor(at / rule.everyMs) * rule.everyMs;
    case 'wall':
      return lastUntil(rule.wall, zoneOf(zone), at);
    default:
      return rule satisfies never;
  }
}

function slotAt(schedule: Schedule, at: Instant | undefined): Slot | undefined {
  if (at === undefined) return undefined;
  const fold = isSecondPass(schedule, at) ? 1 : 0;
  return { at, fold, key: `${new Date(at).toISOString()}/${fold}/${fingerprint(schedule)}` };
}

function isSecondPass({ recurrence, zone }: Schedule, at: Instant): boolean {
  if (recurrence.type === 'interval') return false;
  const rules = zoneOf(zone);
  return rules.firstAt(localAt(rules, at)) < at;
}

/** Changes with the meaning of a schedule, not with its words. */
function fingerprint({ recurrence, zone }: Schedule): string {
  const meaning = recurrence.type === 'interval' ? essence(recurrence) : [...essence(recurrence), zone];
  return createHash('sha256').update(JSON.stringify(meaning)).digest('hex').slice(0, 12);
}

function essence(recurrence: Recurrence): readonly unknown[] {
  const { type } = recurrence;
  switch (type) {
    case 'manual':
      return [type];
    case 'interval':
      return [type, recurrence.everyMs];
    case 'hourly':
      return [type, recurrence.minute];
    case 'daily':
      return [type, recurrence.at.hour, recurrence.at.minute];
    case 'weekly':
      return [
        type,
        [...new Set(recurrence.days)].toSorted((one, other) => one - other),
        recurrence.at.hour,
        recurrence.at.minute,
      ];
    case 'monthly':
      return [type, recurrence.day, recurrence.at.hour, recurrence.at.minute];
    case 'cron':
      return [type, recurrence.expression.trim().split(/\s+/)];
    default:
      return type satisfies never;
  }
}
