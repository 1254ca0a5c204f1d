export { relativeTime } from '@umbracore/contracts';
import { parseDuration } from './durations.ts';

const pad = (value: number, width = 2): string => String(value).padStart(width, '0');

const localDay = (date: Date): string =>
  `${pad(date.getFullYear(), 4)}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
const clockTime = (date: Date): string => `${pad(date.getHours())}:${pad(date.getMinutes())}`;

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `Mon 23 Nov 02:00`, with the year if it is not this one. */
export function calendarTime(instant: number, now: number): string {
  const date = new Date(instant);
  const year = date.getFullYear() === new Date(now).getFullYear() ? '' : ` ${date.getFullYear()}`;
  return `${weekdays[date.getDay()]} ${date.getDate()} ${months[date.getMonth()]}${year} ${clockTime(date)}`;
}

/** `today 02:00`, `yesterday 02:03`, `tomorrow 02:00`, else the calendar time. */
export function dayTime(instant: number, now: number): string {
  const date = new Date(instant);
  const names: readonly (readonly [number, string])[] = [
    [0, 'today'],
    [-1, 'yesterday'],
    [1, 'tomorrow'],
  ];
  for (const [shift, name] of names) {
    const day = new Date(now);
    day.setDate(day.getDate() + shift);
    if (localDay(day) === localDay(date)) return `${name} ${clockTime(date)}`;
  }
  return calendarTime(instant, now);
}

/**
 * Puts the instants of a sentence (`at 2026-11-23T02:00:00Z`) as a person reads them: `today 02:00`,
 * `on Sun 29 Nov at 03:30`.
 */
export const withDayTimes = (text: string, now: number): string =>
  text.replace(
    /(at )?(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z)/g,
    (_found, at: string | undefined, instant: string) => {
      const told = dayTime(Date.parse(instant), now);
      return at === undefined || /^[a-z]/.test(told) ? told : `on ${told.replace(/ (?=\d\d:)/, ' at ')}`;
    },
  );

/**
 * A day, a time, `today`, `yesterday`, `tomorrow`, or a length of time before now (`36h`) or after it (`+36h`); undefined if it
 * is none of them.
 */
export function parseTime(text: string, now: number): number | undefined {
  const midnight = new Date(now);
  midnight.setHours(0, 0, 0, 0);
  if (text === 'now') return now;
  if (text === 'today') return midnight.getTime();
  if (text === 'yesterday') return midnight.setDate(midnight.getDate() - 1);
  if (text === 'tomorrow') return midnight.setDate(midnight.getDate() + 1);
  const length = parseDuration(text.replace(/^\+/, ''));
  if (length !== undefined) return text.startsWith('+') ? now + length : now - length;
  if (!/^\d{4}-\d\d-\d\d/.test(text)) return undefined;
  // A bare day means the local day; the language reads it as UTC.
  const instant = Date.parse(text.length === 10 ? `${text}T00:00:00` : text);
  return Number.isNaN(instant) ? undefined : instant;
}
