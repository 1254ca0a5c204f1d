import type { Period, WallTime, Weekday } from '@umbracore/contracts';
import { midnight, timeOfDay } from './time-of-day.ts';
import { shortNames, weekdayOf, weekdaysFrom, weekend, workdays } from './weekdays.ts';
import { type Word, Words } from './words.ts';

// A date is one word; elsewhere dashes and slashes are words of their own.
const wordPattern = /\d{4}-\d{1,2}-\d{1,2}|[-–/]|[^\s,\-–/]+/g;

const firstWords = ['01:00-06:00', '2026-12-24/2026-12-26', 'weekdays', 'weekends', ...shortNames] as const;

/** Reads the words of a period. Throws `schedule.syntax` or `schedule.time`, with the place in the context. */
export function parsePeriod(phrase: string): Period {
  const words = new Words(phrase, 'period', wordPattern);
  const first = words.peek();
  return /^\d{4}-/.test(first?.text ?? '') ? dates(words) : weekly(words, daysOf(words, first));
}

function daysOf(words: Words, first: Word | undefined): readonly Weekday[] {
  if (words.skip('daily')) return [];
  if (words.skip('weekdays')) return workdays;
  if (words.skip('weekends')) return weekend;
  if (first && /^\d/.test(first.text)) return [];
  if (!first || weekdayOf(first) === undefined) throw words.unexpected(first, firstWords);
  return weekdaysFrom(words, words.take());
}

/** Days without times are whole days. */
function weekly(words: Words, days: readonly Weekday[]): Period {
  if (words.isAtEnd()) return { type: 'weekly', days, from: midnight, to: midnight };
  const from = timeOfDay(words);
  if (!words.skip('-') && !words.skip('–')) throw words.unexpected(words.peek(), ['-']);
  const to = endOfDay(words) ?? timeOfDay(words);
  words.end([]);
  return { type: 'weekly', days, from, to };
}

/** 24:00 is 00:00 of the next day, and as an end at or before `from` 00:00 means just that. */
function endOfDay(words: Words): WallTime | undefined {
  return words.skip('24:00') ? midnight : undefined;
}

function dates(words: Words): Period {
  const from = date(words);
  if (words.isAtEnd()) return { type: 'dates', from, to: from };
  if (!words.skip('/')) throw words.unexpected(words.peek(), ['/']);
  const last = words.peek();
  const to = date(words);
  words.end([]);
  if (to >= from) return { type: 'dates', from, to };
  throw words.error('schedule.time', `${to} is before ${from}`, last, 'Write the earlier date first.');
}

function date(words: Words): string {
  const word = words.take();
  if (!word || !/^\d{4}-\d{1,2}-\d{1,2}$/.test(word.text)) throw words.unexpected(word, ['2026-12-24']);
  const at = Date.parse(`${word.text}T00:00Z`);
  if (!Number.isNaN(at) && new Date(at).toISOString().startsWith(word.text)) return word.text;
  const hint = 'Write year, month and day with two digits each, such as 2026-01-09.';
  throw words.error('schedule.time', `${word.text} is not a date`, word, hint);
}
