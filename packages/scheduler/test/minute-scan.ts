// What clocks show, read off Intl minute by minute: slow, and with nothing in common with how the scheduler knows it.

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

const formatters = new Map<string, Intl.DateTimeFormat>();

/** What the clock of a zone shows, such as `2026-03-29 03:00:00`: Swedish writes dates as ISO 8601 does. */
export function shownAt(at: number, zone: string): string {
  const formatter =
    formatters.get(zone) ??
    new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium', hourCycle: 'h23' });
  formatters.set(zone, formatter);
  return formatter.format(at);
}

/** The same in minutes since 1970-01-01 00:00 on that clock. */
function localMinute(at: number, zone: string): number {
  return Date.parse(`${shownAt(at, zone).replace(' ', 'T')}Z`) / minuteMs;
}

/** Every minute of a stretch of time and what the clock shows then. */
export interface MinuteScan {
  readonly zone: string;
  /** The first minute. */
  readonly from: number;
  /** By minutes from the first one: minutes since 1970-01-01 00:00 on the clock. */
  readonly shown: readonly number[];
}

export function scanMinutes(zone: string, from: number, to: number): MinuteScan {
  const shown: number[] = [];
  for (let hour = from; hour < to; hour += hourMs) {
    const [begin, end] = [localMinute(hour, zone), localMinute(hour + hourMs, zone)];
    for (let minute = 0; minute < 60; minute += 1) {
      // Nothing happens in an hour that is an hour long.
      shown.push(end - begin === 60 ? begin + minute : localMinute(hour + minute * minuteMs, zone));
    }
  }
  return { zone, from, shown };
}

/**
 * The instants of a year at which the clock of a zone leaps or is put back. Without the one clock that was not at a whole
 * minute since 1970: Liberia's until 1972.
 */
export function changesOf(zone: string, year: number): number[] {
  const weeks = unevenParts(zone, Date.UTC(year, 0), Date.UTC(year + 1, 0), 7 * dayMs);
  const hours = weeks
    .flatMap((week) => unevenParts(zone, week, week + 7 * dayMs, dayMs))
    .flatMap((day) => unevenParts(zone, day, day + dayMs, hourMs))
    .filter((hour) => Number.isInteger(localMinute(hour, zone)));
  return hours.flatMap((hour) => unevenParts(zone, hour, hour + hourMs, minuteMs)).map((minute) => minute + minuteMs);
}

/** Where the parts begin that are longer or shorter on the clock. */
function unevenParts(zone: string, from: number, to: number, partMs: number): number[] {
  const parts: number[] = [];
  for (let part = from; part < to; part += partMs) if (!isEven(zone, part, part + partMs)) parts.push(part);
  return parts;
}

function isEven(zone: string, from: number, to: number): boolean {
  return localMinute(to, zone) - localMinute(from, zone) === (to - from) / minuteMs;
}

const minutesOfDay = 24 * 60;

/** Dates that the clock shows, as days since 1970-01-01. The first and the last one may not be whole. */
export function datesOf({ shown }: MinuteScan): number[] {
  return [...new Set(shown.map((minute) => Math.floor(minute / minutesOfDay)))];
}

/** When a time of a date comes: the first time that the clock shows it, or the first minute after a leap over it. */
export function whenShown({ from, shown }: MinuteScan, date: number, minuteOfDay: number): number {
  const wanted = date * minutesOfDay + minuteOfDay;
  const index = shown.findIndex((minute) => minute >= wanted);
  if (index === -1) throw new Error('the scan ends too early');
  return from + index * minuteMs;
}
