import type { Instant, Opening, Period, WallTime } from '@umbracore/contracts';
import { type DayNumber, dayMs, dayOf, minuteMs, weekdayOfDay } from './civil.ts';
import { dateExists, localAt, type Zone } from './zone.ts';

type WeeklyPeriod = Extract<Period, { type: 'weekly' }>;

/** What some periods cover in a zone. Stretches that touch or overlap are one. */
export interface Cover {
  /** The stretch that holds `at`. */
  at(at: Instant): Opening | undefined;
  /** Where the first stretch after `at` begins; `Infinity` if there is none. */
  nextFrom(at: Instant): Instant;
  /** Where the last stretch at or before `at` ended; `-Infinity` if there is none. */
  lastTo(at: Instant): Instant;
}

const minutesOfWeek = 7 * 24 * 60;

// Every weekday comes within so many days, also where the date line moved and one date was left out.
const scannedDays = 16;

/** The cover of periods that leave out some time of the week. */
export function coverOf(periods: readonly Period[], zone: Zone): Cover {
  const weekly = periods.filter((period) => period.type === 'weekly');
  const dates = periods.flatMap((period) => (period.type === 'dates' ? datesOf(period, zone) : []));
  const near = (at: Instant) => [...dates, ...weekly.flatMap((period) => occurrencesNear(period, zone, at))];
  return {
    at(at) {
      const holding = near(at).filter(({ from, to }) => from <= at && at < to);
      if (holding.length === 0) return undefined;
      return { from: grownDown(near, lowest(holding)), to: grownUp(near, highest(holding)) };
    },
    nextFrom: (at) => lowest(near(at).filter(({ from }) => from > at)),
    lastTo: (at) => highest(near(at).filter(({ to }) => to <= at)),
  };
}

/** Whether the clock shows no time of the week that these periods leave out. */
export function coversAlways(periods: readonly Period[]): boolean {
  const covered = new Uint8Array(minutesOfWeek);
  for (const period of periods) {
    if (period.type !== 'weekly') continue;
    const length = lengthOf(period);
    for (const day of period.days.length === 0 ? [0, 1, 2, 3, 4, 5, 6] : period.days) {
      const from = day * 24 * 60 + minutes(period.from);
      for (let minute = from; minute < from + length; minute += 1) covered[minute % minutesOfWeek] = 1;
    }
  }
  return covered.every((one) => one === 1);
}

function grownUp(near: (at: Instant) => readonly Opening[], to: Instant): Instant {
  const further = highest(near(to).filter((one) => one.from <= to && one.to > to));
  return further > to ? grownUp(near, further) : to;
}

function grownDown(near: (at: Instant) => readonly Opening[], from: Instant): Instant {
  const further = lowest(near(from).filter((one) => one.to >= from && one.from < from));
  return further < from ? grownDown(near, further) : from;
}

function lowest(stretches: readonly Opening[]): Instant {
  return stretches.reduce((found, { from }) => Math.min(found, from), Infinity);
}

function highest(stretches: readonly Opening[]): Instant {
  return stretches.reduce((found, { to }) => Math.max(found, to), -Infinity);
}

function datesOf({ from, to }: Extract<Period, { type: 'dates' }>, zone: Zone): Opening[] {
  const stretch = { from: zone.firstAt(Date.parse(from)), to: zone.firstAt(Date.parse(to) + dayMs) };
  // Nothing of dates that a zone left out.
  return stretch.from < stretch.to ? [stretch] : [];
}

function occurrencesNear(period: WeeklyPeriod, zone: Zone, at: Instant): Opening[] {
  const middle = dayOf(localAt(zone, at));
  const found: Opening[] = [];
  for (let day = middle - scannedDays; day <= middle + scannedDays; day += 1) {
    if (beginsOn(period, day) && dateExists(zone, day)) found.push(occurrence(period, zone, day));
  }
  return found;
}

function beginsOn({ days }: WeeklyPeriod, day: DayNumber): boolean {
  return days.length === 0 || days.includes(weekdayOfDay(day));
}

/** What the clock leaps over whole comes after the leap, as long as it would have been. */
function occurrence(period: WeeklyPeriod, zone: Zone, day: DayNumber): Opening {
  const begin = day * dayMs + minutes(period.from) * minuteMs;
  const length = lengthOf(period) * minuteMs;
  const [from, to] = [zone.firstAt(begin), zone.firstAt(begin + length)];
  return { from, to: from < to ? to : from + length };
}

function lengthOf({ from, to }: WeeklyPeriod): number {
  const length = minutes(to) - minutes(from);
  return length > 0 ? length : length + 24 * 60;
}

function minutes({ hour, minute }: WallTime): number {
  return hour * 60 + minute;
}
