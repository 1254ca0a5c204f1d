import type { MonthDay, Period, Recurrence, Schedule, WallTime, Weekday } from '@umbracore/contracts';
import { formatDuration } from '../output/durations.ts';

const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;
const cronFields = ['minute', 'hour', 'day of the month', 'month', 'weekday'] as const;

/** What a recurrence means, in other words than it was written in, so that a slip shows. */
export function recurrenceSentence(recurrence: Recurrence): string {
  switch (recurrence.type) {
    case 'manual':
      return 'only when it is asked for';
    case 'interval':
      return `every ${formatDuration(recurrence.everyMs)} of elapsed time, whatever the clocks do`;
    case 'hourly':
      return `every hour at :${pad(recurrence.minute)}`;
    case 'daily':
      return `every day at ${timeText(recurrence.at)}`;
    case 'weekly':
      return `${everyDays(recurrence.days)} at ${timeText(recurrence.at)}`;
    case 'monthly':
      return `${everyMonth(recurrence.day)} at ${timeText(recurrence.at)}`;
    case 'cron':
      return cronSentence(recurrence.expression);
  }
}

/** What is beside the recurrence: windows, blackouts, jitter; each a part of a sentence. */
export function limitSentences({ windows = [], blackouts = [], jitterMs = 0 }: Schedule): readonly string[] {
  return [
    ...(windows.length === 0 ? [] : [`starts only ${windows.map(periodSentence).join(', or ')}`]),
    ...(blackouts.length === 0 ? [] : [`never starts ${blackouts.map(periodSentence).join(', nor ')}`]),
    ...(jitterMs === 0 ? [] : [`starts up to ${formatDuration(jitterMs)} later, always by the same amount`]),
  ];
}

/** The same in few words, as periods are written: `window 01:00-06:00, up to 10 min later`. Blackouts show where they bite. */
export function limitWords({ windows = [], jitterMs = 0 }: Schedule): string {
  return [
    ...(windows.length === 0 ? [] : [`window ${windows.map(periodWords).join(', ')}`]),
    ...(jitterMs === 0 ? [] : [`up to ${formatDuration(jitterMs)} later`]),
  ].join(', ');
}

function periodWords(period: Period): string {
  if (period.type === 'dates') return period.from === period.to ? period.from : `${period.from}/${period.to}`;
  const days = period.days.map((day) => weekdays[day].slice(0, 3)).join(',');
  return [days, `${timeText(period.from)}-${timeText(period.to)}`].filter(Boolean).join(' ');
}

export function periodSentence(period: Period): string {
  if (period.type === 'dates') {
    return period.from === period.to ? `on ${period.from}` : `from ${period.from} to ${period.to}, both included`;
  }
  const days = everyDays(period.days);
  const [from, to] = [timeText(period.from), timeText(period.to)];
  if (from === '00:00' && to === '00:00') return `${days}, all day`;
  const next = to <= from ? (to === '00:00' ? '' : ' of the next day') : '';
  return `${days} from ${from} to ${to === '00:00' ? '24:00' : to}${next}`;
}

const pad = (value: number): string => String(value).padStart(2, '0');
const timeText = ({ hour, minute }: WallTime): string => `${pad(hour)}:${pad(minute)}`;

/** Days in a row from Monday on are told as a stretch. */
function everyDays(days: readonly Weekday[]): string {
  const order = ([1, 2, 3, 4, 5, 6, 0] as const).filter((day) => days.includes(day));
  if (order.length === 0 || order.length === 7) return 'every day';
  const [first = 1] = order;
  const last = order.at(-1) ?? first;
  const inRow = (last === 0 ? 7 : last) - (first === 0 ? 7 : first) === order.length - 1;
  if (inRow && order.length > 2) return `every day from ${weekdays[first]} to ${weekdays[last]}`;
  return `every ${listed(order.map((day) => weekdays[day]))}`;
}

const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;

function everyMonth(day: MonthDay): string {
  if (day === 'last') return 'on the last day of every month';
  if (typeof day === 'object') return `on the last ${weekdays[day.lastWeekday]} of every month`;
  return day <= 28 ? `on day ${day} of every month` : `on day ${day} of every month that has one`;
}

/** Field by field: what stands in one is told as it is written. */
function cronSentence(expression: string): string {
  const fields = expression.trim().split(/\s+/);
  if (fields.length !== cronFields.length) return `as cron has it: ${expression.trim()}`;
  const told = fields.flatMap((text, index) => (text === '*' ? [] : [`${cronFields[index]} ${text}`]));
  if (told.length === 0) return 'every minute';
  // As in Vixie cron: two days that are both named are alternatives.
  const either = [fields[2], fields[4]].every((text) => text !== undefined && !text.startsWith('*'));
  return `whenever the clock shows ${told.join(', ')}${either ? '; one of the two days is enough' : ''}`;
}
