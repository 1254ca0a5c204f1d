import type { Instant } from '@umbracore/contracts';
import { type DayNumber, type LocalTime, civilDate, dayMs, dayOf, minuteMs, minuteOfDay } from './civil.ts';
import type { WallRule } from './rule.ts';
import { dateExists, localAt, type Zone } from './zone.ts';

// 29 February comes after eight years at the latest; what has not come by then never does.
const searchedDays = 9 * 366;

// A clock change moves a slot by less than this, also where the date line moved.
const marginDays = 2;

/** The first instant after `after` that a rule names. */
export function firstAfter(rule: WallRule, zone: Zone, after: Instant): Instant | undefined {
  return rule.counts === 'each-date' ? dateAfter(rule, zone, after) : instantAfter(rule, zone, after);
}

/** The last instant at or before `at` that a rule names. */
export function lastUntil(rule: WallRule, zone: Zone, at: Instant): Instant | undefined {
  return rule.counts === 'each-date' ? dateUntil(rule, zone, at) : instantUntil(rule, zone, at);
}

function dateAfter(rule: WallRule, zone: Zone, after: Instant): Instant | undefined {
  const start = dayOf(localAt(zone, after)) - marginDays;
  for (let day = start; day < start + searchedDays; day += 1) {
    if (!isNamed(rule, day) || !dateExists(zone, day)) continue;
    for (const minute of rule.minutes) {
      const at = zone.firstAt(day * dayMs + minute * minuteMs);
      if (at > after) return at;
    }
  }
  return undefined;
}

function dateUntil(rule: WallRule, zone: Zone, until: Instant): Instant | undefined {
  const start = dayOf(localAt(zone, until)) + marginDays;
  for (let day = start; day > start - searchedDays; day -= 1) {
    if (!isNamed(rule, day) || !dateExists(zone, day)) continue;
    for (const minute of rule.minutes.toReversed()) {
      const at = zone.firstAt(day * dayMs + minute * minuteMs);
      if (at <= until) return at;
    }
  }
  return undefined;
}

function instantAfter(rule: WallRule, zone: Zone, after: Instant): Instant | undefined {
  const limit = after + searchedDays * dayMs;
  let from = after + 1;
  while (from < limit) {
    const { to, offset } = zone.segmentAt(from);
    const local = localAfter(rule, from + offset, to + offset);
    if (local !== undefined) return local - offset;
    from = to;
  }
  return undefined;
}

/** The first named local time at or after `from` and before `to`. */
function localAfter(rule: WallRule, from: LocalTime, to: LocalTime): LocalTime | undefined {
  for (let day = dayOf(from); day * dayMs < to; day += 1) {
    if (!isNamed(rule, day)) continue;
    const minute = rule.minutes.find((minute) => day * dayMs + minute * minuteMs >= from);
    if (minute === undefined) continue;
    const local = day * dayMs + minute * minuteMs;
    return local < to ? local : undefined;
  }
  return undefined;
}

function instantUntil(rule: WallRule, zone: Zone, until: Instant): Instant | undefined {
  const limit = until - searchedDays * dayMs;
  let last = until;
  while (last > limit) {
    const { from, offset } = zone.segmentAt(last);
    const local = localUntil(rule, from + offset, last + offset);
    if (local !== undefined) return local - offset;
    last = from - 1;
  }
  return undefined;
}

/** The last named local time at or after `from` and at or before `last`. */
function localUntil(rule: WallRule, from: LocalTime, last: LocalTime): LocalTime | undefined {
  for (let day = dayOf(last); (day + 1) * dayMs > from; day -= 1) {
    if (!isNamed(rule, day)) continue;
    const latest = day === dayOf(last) ? minuteOfDay(last) : Infinity;
    const minute = rule.minutes.findLast((minute) => minute <= latest);
    if (minute === undefined) continue;
    const local = day * dayMs + minute * minuteMs;
    return local >= from ? local : undefined;
  }
  return undefined;
}

function isNamed(rule: WallRule, day: DayNumber): boolean {
  return rule.date(civilDate(day));
}
