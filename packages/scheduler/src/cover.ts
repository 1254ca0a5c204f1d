import type { Instant, Opening, Period, WallTime } from '@umbracore/contracts';
import { type DayNumber, dayMs, dayOf, minuteMs, weekdayOfDay } from './civil.ts';
import { dateExists, localAt, type Zone } from './zone.ts';

/** What some periods cover in a zone. */
export interface Cover {
  /** The stretch that holds `at`, together with all that touch it. */
  at(at: Instant): Opening | undefined;
  /** Where the first stretch after `at` begins; `Infinity` if there is none. */
  nextFrom(at: Instant): Instant;
  /** Where the last stretch at or before `at` ended; `-Infinity` if there is none. */
  lastTo(at: Instant): Instant;
}

/** The stretches of one period. */
interface Stretches extends Omit<Cover, 'at'> {
  /** All that hold `at` or touch it, and maybe some neighbours. */
  near(at: Instant): readonly Opening[];
}

type WeeklyPeriod = Extract<Period, { type: 'weekly' }>;

const minutesOfDay = 24 * 60;
const minutesOfWeek = 7 * minutesOfDay;

// A stretch is no longer than a day; the date line moves it by another one.
const nearDays = 3;

// Every weekday comes within so many days, also where the date line moved and one date was left out.
const scannedDays = 20;

/** The cover of periods that leave out some time of the week. */
export function coverOf(periods: readonly Period[], zone: Zone): Cover {
  const parts = periods.map((period) => (period.type === 'weekly' ? weekly(period, zone) : dates(period, zone)));
  const near = (at: Instant) => parts.flatMap((part) => part.near(at));
  const nextFrom = (at: Instant) => Math.min(...parts.map((part) => part.nextFrom(at)));
  const lastTo = (at: Instant) => Math.max(...parts.map((part) => part.lastTo(at)));
  return {
    at(at) {
      let found: Opening | undefined;
      for (const one of near(at)) if (one.from <= at && at < one.to) found = found ? joined(found, one) : one;
      return found && grown(found, near);
    },
    nextFrom,
    lastTo,
  };
}

/** Whether the clock shows no time of the week that these periods leave out. */
export function coversAlways(periods: readonly Period[]): boolean {
  const covered = new Uint8Array(minutesOfWeek);
  for (const period of periods) {
    if (period.type !== 'weekly') continue;
    const length = lengthOf(period);
    for (const day of period.days.length === 0 ? [0, 1, 2, 3, 4, 5, 6] : period.days) {
      const from = day * minutesOfDay + minutes(period.from);
      for (let minute = from; minute < from + length; minute += 1) covered[minute % minutesOfWeek] = 1;
    }
  }
  return covered.every((one) => one === 1);
}

function grown(stretch: Opening, near: (at: Instant) => readonly Opening[]): Opening {
  let last = stretch;
  for (;;) {
    let next = last;
    for (const one of [...near(last.from), ...near(last.to)]) {
      if (one.from <= next.to && one.to >= next.from) next = joined(next, one);
    }
    if (next.from === last.from && next.to === last.to) return last;
    last = next;
  }
}

function joined(one: Opening, other: Opening): Opening {
  return { from: Math.min(one.from, other.from), to: Math.max(one.to, other.to) };
}

function dates(period: Extract<Period, { type: 'dates' }>, zone: Zone): Stretches {
  const from = zone.firstAt(Date.parse(period.from));
  const to = zone.firstAt(Date.parse(period.to) + dayMs);
  // Nothing is left of dates that the zone left out.
  const stretches = from < to ? [{ from, to }] : [];
  return {
    near: () => stretches,
    nextFrom: (at) => stretches.find((one) => one.from > at)?.from ?? Infinity,
    lastTo: (at) => stretches.find((one) => one.to <= at)?.to ?? -Infinity,
  };
}

function weekly(period: WeeklyPeriod, zone: Zone): Stretches {
  const onDate = (day: DayNumber) =>
    beginsOn(period, day) && dateExists(zone, day) ? occurrence(period, zone, day) : undefined;
  const dateAt = (at: Instant) => dayOf(localAt(zone, at));
  return {
    near(at) {
      const today = dateAt(at);
      const found: Opening[] = [];
      for (let day = today - nearDays; day <= today + nearDays; day += 1) {
        const one = onDate(day);
        if (one) found.push(one);
      }
      return found;
    },
    nextFrom(at) {
      const first = dateAt(at) - nearDays;
      for (let day = first; day < first + scannedDays; day += 1) {
        const one = onDate(day);
        if (one && one.from > at) return one.from;
      }
      return Infinity;
    },
    lastTo(at) {
      const last = dateAt(at) + nearDays;
      for (let day = last; day > last - scannedDays; day -= 1) {
        const one = onDate(day);
        if (one && one.to <= at) return one.to;
      }
      return -Infinity;
    },
  };
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
  return length > 0 ? length : length + minutesOfDay;
}

function minutes({ hour, minute }: WallTime): number {
  return hour * 60 + minute;
}
