import { DateCursor, type DayNumber, weekdayOfDay } from './civil.ts';

/** Which dates a rule names. Sets are bits, because they are asked about many dates in a row. */
export interface NamedDates {
  /** Bits 1 to 12. */
  readonly months: number;
  /** Bits 1 to 31. */
  readonly monthDays: number;
  /** The last day of every month. */
  readonly lastDay: boolean;
  /** Bits 0 to 6. */
  readonly weekdays: number;
  /** 0, or which one of these weekdays in a month. */
  readonly nth: number;
  /** Bits 0 to 6: the last such day of every month. */
  readonly lastWeekdays: number;
  /** Whether a date has to be named both as day of the month and as weekday, or one of them is enough. */
  readonly both: boolean;
}

export const allDates: NamedDates = {
  months: bits(Array.from({ length: 12 }, (_, index) => index + 1)),
  monthDays: bits(Array.from({ length: 31 }, (_, index) => index + 1)),
  lastDay: false,
  weekdays: bits([0, 1, 2, 3, 4, 5, 6]),
  nth: 0,
  lastWeekdays: 0,
  both: true,
};

export function bits(numbers: readonly number[]): number {
  return numbers.reduce((set, one) => set | (1 << one), 0);
}

/** The first named date at or after `day` and not after `last`. */
export function nextNamed(dates: NamedDates, day: DayNumber, last: DayNumber): DayNumber | undefined {
  const cursor = new DateCursor(day);
  while (cursor.day <= last) {
    if (!has(dates.months, cursor.month)) cursor.toNextMonth();
    else if (isNamedDay(dates, cursor)) return cursor.day;
    else cursor.next();
  }
  return undefined;
}

/** The last named date at or before `day` and not before `first`. */
export function previousNamed(dates: NamedDates, day: DayNumber, first: DayNumber): DayNumber | undefined {
  const cursor = new DateCursor(day);
  while (cursor.day >= first) {
    if (!has(dates.months, cursor.month)) cursor.toPreviousMonth();
    else if (isNamedDay(dates, cursor)) return cursor.day;
    else cursor.previous();
  }
  return undefined;
}

function isNamedDay(dates: NamedDates, { day, dayOfMonth, daysInMonth }: DateCursor): boolean {
  const byMonth = has(dates.monthDays, dayOfMonth) || (dates.lastDay && dayOfMonth === daysInMonth);
  if (byMonth !== dates.both) return byMonth;
  const weekday = weekdayOfDay(day);
  if (has(dates.lastWeekdays, weekday) && dayOfMonth > daysInMonth - 7) return true;
  return has(dates.weekdays, weekday) && (dates.nth === 0 || Math.ceil(dayOfMonth / 7) === dates.nth);
}

function has(set: number, one: number): boolean {
  return (set & (1 << one)) !== 0;
}
