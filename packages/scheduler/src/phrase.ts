import type { MonthDay, Recurrence, WallTime, Weekday } from '@umbracore/contracts';
import { dayMs, hourMs, minuteMs } from './civil.ts';
import { midnight, timeOfDay } from './time-of-day.ts';
import { shortNames, weekdayChoice, weekdayOf, weekdaysFrom, weekend, workdays } from './weekdays.ts';
import { Words } from './words.ts';

// A dash between two words, as in `Mon-Fri`, is a word of its own.
const wordPattern = /[a-z]+(?=[-–][a-z]+(?:[\s,]|$))|(?<=[a-z])[-–](?=[a-z])|[^\s,]+/gi;

const units: Readonly<Record<string, number>> = {
  m: minuteMs,
  min: minuteMs,
  minute: minuteMs,
  minutes: minuteMs,
  h: hourMs,
  hour: hourMs,
  hours: hourMs,
  d: dayMs,
  day: dayMs,
  days: dayMs,
};

// More would be a slip of the pen, and a number that a float cannot count any more.
const longestIntervalMs = 366 * dayMs;

const firstWords = [
  'manual',
  'hourly',
  'daily',
  'weekly',
  'monthly',
  'weekdays',
  'weekends',
  'every',
  'cron:',
  ...shortNames,
] as const;

const known = new Map<string, Recurrence>();
const mostKnown = 10_000;

/**
 * Reads the words of a schedule. Throws `schedule.syntax` or `schedule.time`, with the place in the context. Words that
 * were read before give the same value again: many jobs have few schedules.
 */
export function parsePhrase(phrase: string): Recurrence {
  const before = known.get(phrase);
  if (before) return before;
  const recurrence = readPhrase(phrase);
  if (known.size >= mostKnown) known.clear();
  known.set(phrase, recurrence);
  return recurrence;
}

function readPhrase(phrase: string): Recurrence {
  const cron = cronIn(phrase);
  if (cron !== undefined) return { type: 'cron', expression: cron };
  const words = new Words(phrase, 'schedule', wordPattern);
  const first = words.take();
  switch (first?.text ?? '') {
    case 'manual':
      return ended(words, { type: 'manual' }, []);
    case 'hourly':
      return ended(words, { type: 'hourly', minute: words.skip('at') ? minutePast(words) : 0 }, ['at']);
    case 'daily':
      return withTime(words, (at) => ({ type: 'daily', at }));
    case 'weekdays':
      return withTime(words, (at) => ({ type: 'weekly', days: workdays, at }));
    case 'weekends':
      return withTime(words, (at) => ({ type: 'weekly', days: weekend, at }));
    case 'weekly':
      return weekly(words, words.skip('on') ? weekdaysFrom(words, words.take()) : [0]);
    case 'monthly':
      return monthly(words, words.skip('on') ? monthDay(words) : 1);
    case 'last':
      return monthly(words, lastOf(words));
    case 'every':
      return every(words);
    default:
      if (first && weekdayOf(first) !== undefined) return weekly(words, weekdaysFrom(words, first));
      throw words.unexpected(first, firstWords);
  }
}

/** The expression behind `cron:`, or the phrase itself if it looks like one; undefined for a phrase in words. */
function cronIn(phrase: string): string | undefined {
  const trimmed = phrase.trim();
  const [, behind] = /^cron:(.*)$/is.exec(trimmed) ?? [];
  if (behind !== undefined) return behind.trim();
  return /^[\d*@]/.test(trimmed) ? trimmed : undefined;
}

function ended(words: Words, recurrence: Recurrence, expected: readonly string[]): Recurrence {
  words.end(expected);
  return recurrence;
}

function withTime(words: Words, make: (at: WallTime) => Recurrence): Recurrence {
  const hasTime = words.skip('at') || /^\d/.test(words.peek()?.text ?? '');
  const recurrence = make(hasTime ? timeOfDay(words) : midnight);
  return ended(words, recurrence, hasTime ? [] : ['at']);
}

function weekly(words: Words, days: readonly Weekday[]): Recurrence {
  return withTime(words, (at) => ({ type: 'weekly', days, at }));
}

function monthly(words: Words, day: MonthDay): Recurrence {
  return withTime(words, (at) => ({ type: 'monthly', day, at }));
}

function every(words: Words): Recurrence {
  const word = words.take();
  const [, digits, unit] = /^(\d+)?([a-z]*)$/.exec(word?.text ?? '') ?? [];
  const count = digits === undefined ? 1 : Number(digits);
  const unitText = unit === '' || unit === undefined ? words.take()?.text : unit;
  if (digits === undefined && unitText === 'day') return withTime(words, (at) => ({ type: 'daily', at }));
  if (digits === undefined && word && weekdayOf(word) !== undefined) return weekly(words, weekdaysFrom(words, word));
  const unitMs = units[unitText ?? ''];
  if (unitMs === undefined) throw words.unexpected(word, ['30m', '6h', '2d', 'day', 'hour', ...shortNames]);
  const everyMs = count * unitMs;
  if (everyMs < minuteMs || everyMs > longestIntervalMs) {
    throw words.error('schedule.time', `${count} ${unitText} is no usable interval`, word, 'Write 1m to 366d.');
  }
  return ended(words, { type: 'interval', everyMs }, []);
}

function monthDay(words: Words): MonthDay {
  if (words.skip('last')) return lastOf(words);
  words.skip('the');
  const word = words.take();
  const [, digits] = /^(\d{1,2})(?:st|nd|rd|th|\.)?$/.exec(word?.text ?? '') ?? [];
  if (digits === undefined) throw words.unexpected(word, ['1', '15', 'last', 'last Fri']);
  const day = Number(digits);
  if (day >= 1 && day <= 31) return day;
  throw words.error('schedule.time', `${day} is not a day of a month`, word, 'Write 1 to 31, or last.');
}

function lastOf(words: Words): MonthDay {
  const word = words.peek();
  if (!word || word.text === 'at') return 'last';
  words.take();
  if (word.text === 'day') return 'last';
  const lastWeekday = weekdayOf(word);
  if (lastWeekday === undefined) throw words.unexpected(word, ['at', 'day', ...weekdayChoice]);
  return { lastWeekday };
}

function minutePast(words: Words): number {
  const word = words.take();
  const [, digits] = /^:?(\d{1,2})$/.exec(word?.text ?? '') ?? [];
  if (digits !== undefined && Number(digits) < 60) return Number(digits);
  if (!word) throw words.unexpected(word, [':00', ':15', ':30']);
  throw words.error('schedule.time', `${word.text} is not a minute of an hour`, word, 'Write :00 to :59, such as :15.');
}
