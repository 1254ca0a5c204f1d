import type { Weekday } from '@umbracore/contracts';

/**
 * A moment on somebody's clock and calendar, in milliseconds since 1970-01-01 00:00 on that same clock. It becomes an
 * instant only together with a zone.
 */
export type LocalTime = number;

/** Days since 1970-01-01 of a calendar without a zone. */
export type DayNumber = number;

export const secondMs = 1000;
export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

const daysIn400Years = 146_097;
// From 0000-03-01, the day after a leap day, to 1970-01-01.
const daysBefore1970 = 719_468;

export function dayOf(local: LocalTime): DayNumber {
  return Math.floor(local / dayMs);
}

export function minuteOfDay(local: LocalTime): number {
  return Math.floor((local - dayOf(local) * dayMs) / minuteMs);
}

export function weekdayOfDay(day: DayNumber): Weekday {
  // 1970-01-01 was a Thursday.
  return ((((day + 4) % 7) + 7) % 7) as Weekday;
}

/**
 * Walks from date to date of the Gregorian calendar. It counts by itself because a `Date` costs ten times as much, and it
 * is changed in place because a search goes over many.
 */
export class DateCursor {
  day: DayNumber;
  #year: number;
  /** 1 to 12 */
  month: number;
  /** 1 to 31 */
  dayOfMonth: number;
  daysInMonth: number;

  constructor(day: DayNumber) {
    this.day = day;
    // Years that begin in March have their leap day at the end, so that months begin at the same days of all years.
    const fromMarch = day + daysBefore1970;
    const era = Math.floor(fromMarch / daysIn400Years);
    const dayOfEra = fromMarch - era * daysIn400Years;
    const leapDays = Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
    const yearOfEra = Math.floor((dayOfEra - leapDays) / 365);
    const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
    const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
    this.month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
    this.dayOfMonth = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
    this.#year = yearOfEra + era * 400 + (this.month <= 2 ? 1 : 0);
    this.daysInMonth = daysInMonth(this.#year, this.month);
  }

  next(): void {
    if (this.dayOfMonth === this.daysInMonth) {
      this.toNextMonth();
      return;
    }
    this.day += 1;
    this.dayOfMonth += 1;
  }

  previous(): void {
    if (this.dayOfMonth === 1) {
      this.toPreviousMonth();
      return;
    }
    this.day -= 1;
    this.dayOfMonth -= 1;
  }

  /** To the first day of the next month. */
  toNextMonth(): void {
    this.day += this.daysInMonth - this.dayOfMonth + 1;
    this.dayOfMonth = 1;
    this.#year += this.month === 12 ? 1 : 0;
    this.month = this.month === 12 ? 1 : this.month + 1;
    this.daysInMonth = daysInMonth(this.#year, this.month);
  }

  /** To the last day of the month before. */
  toPreviousMonth(): void {
    this.day -= this.dayOfMonth;
    this.#year -= this.month === 1 ? 1 : 0;
    this.month = this.month === 1 ? 12 : this.month - 1;
    this.daysInMonth = daysInMonth(this.#year, this.month);
    this.dayOfMonth = this.daysInMonth;
  }
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
