import type { WallTime } from '@umbracore/contracts';
import type { Words } from './words.ts';

export const midnight: WallTime = { hour: 0, minute: 0 };

/** Reads a time such as `2:00` or `23:59`. Throws `schedule.time` for anything else that was meant as one. */
export function timeOfDay(words: Words): WallTime {
  const word = words.take();
  if (!word) throw words.unexpected(word, ['a time such as 02:00']);
  const time = readTime(word.text);
  if (time) return time;
  throw words.error('schedule.time', `${word.text} is not a time of day`, word, timeHint(word.text));
}

function readTime(text: string): WallTime | undefined {
  const [, hour, minute] = /^(\d{1,2}):(\d{2})$/.exec(text) ?? [];
  if (hour === undefined || minute === undefined) return undefined;
  const time = { hour: Number(hour), minute: Number(minute) };
  return time.hour < 24 && time.minute < 60 ? time : undefined;
}

function timeHint(text: string): string {
  const [, hour = '', minute = '00', half = ''] = /^(\d{1,2})(?:[:.h]?(\d{2}))?\s*(am|pm)?$/.exec(text) ?? [];
  const written = Number(hour);
  if (hour === '' || Number(minute) > 59) return 'Write a time from 00:00 to 23:59.';
  const hours = half === '' ? written : (written % 12) + (half === 'pm' ? 12 : 0);
  if (hours < 24) return `Write a time from 00:00 to 23:59; did you mean ${clock(hours, minute)}?`;
  if (hours >= 48) return 'Write a time from 00:00 to 23:59.';
  return `Write a time from 00:00 to 23:59; did you mean ${clock(hours - 24, minute)} on the next day?`;
}

function clock(hour: number, minute: string): string {
  return `${String(hour).padStart(2, '0')}:${minute}`;
}
