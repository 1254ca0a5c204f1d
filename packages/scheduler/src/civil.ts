import type { Weekday } from '@umbracore/contracts';

/**
 * A moment on somebody's clock and calendar, in milliseconds since 1970-01-01 00:00 on that same clock. It becomes an
 * instant only together with a zone.
 */
export type LocalTime = number;

/** Days since 1970-01-01 of a calendar without a zone. */
export type DayNumber = number;

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

export interface CivilDate {
  readonly year: number;
  /** 1 to 12 */
  readonly month: number;
  /** 1 to 31 */
  readonly day: number;
  readonly weekday: Weekday;
  readonly daysInMonth: number;
}

export function dayOf(local: LocalTime): DayNumber {
  return Math.floor(local / dayMs);
}

export function minuteOfDay(local: LocalTime): number {
  return Math.floor((local - dayOf(local) * dayMs) / minuteMs);
}

export function civilDate(day: DayNumber): CivilDate {
  const date = new Date(day * dayMs);
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth() + 1;
  return {
    year,
    month,
    day: date.getUTCDate(),
    weekday: date.getUTCDay() as Weekday,
    daysInMonth: daysInMonth(year, month),
  };
}

function daysInMonth(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}
