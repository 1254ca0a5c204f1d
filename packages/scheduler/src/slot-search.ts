import type { Instant } from '@umbracore/contracts';
import { dayMs, dayOf, type LocalTime, minuteMs, minuteOfDay } from './civil.ts';
import { nextNamed, previousNamed } from './named-dates.ts';
import type { WallRule } from './rule.ts';
import { dateExists, latestShown, localAt, type Zone } from './zone.ts';

// 29 February comes after eight years at the latest; what has not come by then never does.
const searchedDays = 9 * 366;

/** The first instant after `after` that a rule names. */
export function firstAfter(rule: WallRule, zone: Zone, after: Instant): Instant | undefined {
  return rule.counts === 'each-date' ? dateAfter(rule, zone, after) : instantAfter(rule, zone, after);
}

/** The last instant at or before `at` that a rule names. */
export function lastUntil(rule: WallRule, zone: Zone, at: Instant): Instant | undefined {
  return rule.counts === 'each-date' ? dateUntil(rule, zone, at) : instantUntil(rule, zone, at);
}

// The clock shows no time the first time after it has shown a later one: so whatever is later than the latest time shown
// is still to come, and all else is over.
function dateAfter(rule: WallRule, zone: Zone, after: Instant): Instant | undefined {
  const start = latestShown(zone, after);
  const end = start + searchedDays * dayMs;
  for (let local = namedAfter(rule, start, end); local !== undefined; local = namedAfter(rule, local, end)) {
    const at = zone.firstAt(local);
    if (isOnItsDate(zone, local, at)) return at;
  }
  return undefined;
}

function dateUntil(rule: WallRule, zone: Zone, until: Instant): Instant | undefined {
  const start = latestShown(zone, until);
  const end = start - searchedDays * dayMs;
  for (let local = namedUntil(rule, start, end); local !== undefined; local = namedUntil(rule, local - 1, end)) {
    const at = zone.firstAt(local);
    if (isOnItsDate(zone, local, at)) return at;
  }
  return undefined;
}

/** False for a time on a date that the zone left out. */
function isOnItsDate(zone: Zone, local: LocalTime, at: Instant): boolean {
  return localAt(zone, at) === local || dateExists(zone, dayOf(local));
}

function instantAfter(rule: WallRule, zone: Zone, after: Instant): Instant | undefined {
  const limit = after + searchedDays * dayMs;
  let from = after + 1;
  while (from < limit) {
    const { to, offset } = zone.segmentAt(from);
    const local = namedAfter(rule, from + offset - 1, to + offset - 1);
    if (local !== undefined) return local - offset;
    from = to;
  }
  return undefined;
}

function instantUntil(rule: WallRule, zone: Zone, until: Instant): Instant | undefined {
  const limit = until - searchedDays * dayMs;
  let last = until;
  while (last > limit) {
    const { from, offset } = zone.segmentAt(last);
    const local = namedUntil(rule, last + offset, from + offset);
    if (local !== undefined) return local - offset;
    last = from - 1;
  }
  return undefined;
}

/** The first named time after `after` and not after `last`. */
function namedAfter({ dates, minutes }: WallRule, after: LocalTime, last: LocalTime): LocalTime | undefined {
  const today = dayOf(after);
  const rest = minutes[placeAfter(minutes, minuteOfDay(after))];
  const day = nextNamed(dates, rest === undefined ? today + 1 : today, dayOf(last));
  if (day === undefined) return undefined;
  const minute = day === today ? rest : minutes[0];
  const local = day * dayMs + (minute ?? 0) * minuteMs;
  return local <= last ? local : undefined;
}

/** The last named time at or before `until` and not before `first`. */
function namedUntil({ dates, minutes }: WallRule, until: LocalTime, first: LocalTime): LocalTime | undefined {
  const today = dayOf(until);
  const past = minutes[placeAfter(minutes, minuteOfDay(until)) - 1];
  const day = previousNamed(dates, past === undefined ? today - 1 : today, dayOf(first));
  if (day === undefined) return undefined;
  const minute = day === today ? past : minutes.at(-1);
  const local = day * dayMs + (minute ?? 0) * minuteMs;
  return local >= first ? local : undefined;
}

/** The place of the first minute after this one. */
function placeAfter(minutes: readonly number[], minute: number): number {
  let low = 0;
  let high = minutes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((minutes[middle] ?? 0) > minute) high = middle;
    else low = middle + 1;
  }
  return low;
}
