import type { Recurrence } from '@umbracore/contracts';
import { expect, test } from 'vitest';
import { calendar, scheduleFromObject } from './index.ts';

const at = (hour: number, minute = 0) => ({ hour, minute });
const workdays = [1, 2, 3, 4, 5] as const;

const understood: readonly (readonly [string, Recurrence])[] = [
  ['manual', { type: 'manual' }],
  ['hourly', { type: 'hourly', minute: 0 }],
  ['hourly at :15', { type: 'hourly', minute: 15 }],
  ['hourly at 45', { type: 'hourly', minute: 45 }],
  ['daily', { type: 'daily', at: at(0) }],
  ['daily at 02:00', { type: 'daily', at: at(2) }],
  ['Daily AT 2:05', { type: 'daily', at: at(2, 5) }],
  ['  daily   23:59  ', { type: 'daily', at: at(23, 59) }],
  ['every day at 02:00', { type: 'daily', at: at(2) }],
  ['every 30m', { type: 'interval', everyMs: 1_800_000 }],
  ['every 6h', { type: 'interval', everyMs: 21_600_000 }],
  ['every 2d', { type: 'interval', everyMs: 172_800_000 }],
  ['every 90 minutes', { type: 'interval', everyMs: 5_400_000 }],
  ['every hour', { type: 'interval', everyMs: 3_600_000 }],
  ['weekdays at 18:00', { type: 'weekly', days: workdays, at: at(18) }],
  ['weekends', { type: 'weekly', days: [0, 6], at: at(0) }],
  ['weekly', { type: 'weekly', days: [0], at: at(0) }],
  ['weekly at 04:00', { type: 'weekly', days: [0], at: at(4) }],
  ['weekly on Sun at 04:00', { type: 'weekly', days: [0], at: at(4) }],
  ['weekly on Mon,Wed at 3:30', { type: 'weekly', days: [1, 3], at: at(3, 30) }],
  ['weekly on wednesday, Monday and Mon at 3:30', { type: 'weekly', days: [1, 3], at: at(3, 30) }],
  ['every Sat at 12:00', { type: 'weekly', days: [6], at: at(12) }],
  ['Tue and Thu at 12:00', { type: 'weekly', days: [2, 4], at: at(12) }],
  ['Mon-Fri at 18:00', { type: 'weekly', days: workdays, at: at(18) }],
  ['weekly on Fri - Sun, Tue 18:00', { type: 'weekly', days: [0, 2, 5, 6], at: at(18) }],
  ['monthly', { type: 'monthly', day: 1, at: at(0) }],
  ['monthly on 1 at 04:00', { type: 'monthly', day: 1, at: at(4) }],
  ['monthly on the 31st at 04:00', { type: 'monthly', day: 31, at: at(4) }],
  ['monthly on last at 04:00', { type: 'monthly', day: 'last', at: at(4) }],
  ['monthly on last day', { type: 'monthly', day: 'last', at: at(0) }],
  ['monthly on last Fri at 04:00', { type: 'monthly', day: { lastWeekday: 5 }, at: at(4) }],
  ['last Fri at 04:00', { type: 'monthly', day: { lastWeekday: 5 }, at: at(4) }],
  ['cron: 0 2 * * *', { type: 'cron', expression: '0 2 * * *' }],
  ['CRON:0 2 * * MON-FRI', { type: 'cron', expression: '0 2 * * MON-FRI' }],
  ['*/15 * * * *', { type: 'cron', expression: '*/15 * * * *' }],
  ['@daily', { type: 'cron', expression: '@daily' }],
];

test.each(understood)('understands %j', (phrase, recurrence) => {
  expect(calendar.parse(phrase, 'Europe/London')).toEqual({ recurrence, zone: 'Europe/London', text: phrase.trim() });
});

/** Phrase, code, the part that the caret points at, and what the hint says. */
const refused: readonly (readonly [string, string, string, RegExp])[] = [
  ['', 'syntax', '', /daily/],
  ['   ', 'syntax', '', /daily/],
  ['dialy at 02:00', 'syntax', 'dialy', /mean daily/],
  ['Weekly on Son', 'syntax', 'Son', /mean Sun/],
  ['weekly on', 'syntax', '', /Sun/],
  ['daily at', 'syntax', '', /02:00/],
  ['daily at 02:00 sharp', 'syntax', 'sharp', /Leave/],
  ['daily on 02:00', 'syntax', 'on', /at/],
  ['Mon-Fry at 02:00', 'syntax', 'Fry', /mean Fri/],
  ['Mon- at 02:00', 'syntax', 'Mon-', /mean Mon/],
  ['manual at 02:00', 'syntax', 'at', /Leave/],
  ['monthly on first', 'syntax', 'first', /15/],
  ['monthly on last Fry', 'syntax', 'Fry', /mean Fri/],
  ['every 6w', 'syntax', '6w', /6h/],
  ['every', 'syntax', '', /30m/],
  ['last Fri at 25:00', 'time', '25:00', /01:00 on the next day/],
  ['daily at 24:00', 'time', '24:00', /00:00 on the next day/],
  ['daily at 2', 'time', '2', /02:00/],
  ['daily at 2pm', 'time', '2pm', /14:00/],
  ['daily at 12am', 'time', '12am', /mean 00:00/],
  ['daily at 02:60', 'time', '02:60', /23:59/],
  ['daily at noon', 'time', 'noon', /23:59/],
  ['hourly at :60', 'time', ':60', /:15/],
  ['monthly on 0', 'time', '0', /1 to 31/],
  ['monthly on 32 at 02:00', 'time', '32', /1 to 31/],
  ['every 0m', 'time', '0m', /1m/],
  ['every 99999999999999999999d', 'time', '99999999999999999999d', /366d/],
  ['61 * * * *', 'syntax', '61', /minute/],
  ['0 24 * * *', 'syntax', '24', /minute/],
  ['0 2 * * Mon-Foo', 'syntax', 'Mon-Foo', /minute/],
  ['0 2 * *', 'syntax', '0 2 * *', /minute/],
  ['0 0 2 * * *', 'syntax', '0 0 2 * * *', /minute/],
  ['0 2 31 2 *', 'syntax', '0 2 31 2 *', /minute/],
  ['0 2 * * H', 'syntax', 'H', /minute/],
  ['H(0-29) 2 * * *', 'syntax', 'H(0-29)', /manual/],
  ['cron: H/5 2 * * *', 'syntax', 'H/5', /minute/],
];

test.each(refused)('refuses %j with schedule.%s at %j', (phrase, code, marked, hint) => {
  const error = thrownBy(() => calendar.parse(phrase, 'UTC'));
  expect(error).toMatchObject({ code: `schedule.${code}`, hint: expect.stringMatching(hint) as string });
  const { text, column, length } = (error as { context: { text: string; column: number; length: number } }).context;
  expect(column).toBe((marked === '' ? text.trimEnd().length : text.indexOf(marked)) + 1);
  expect(text.slice(column - 1, column - 1 + length).trim()).toBe(marked);
});

test.each([
  ['Europe/Lodnon', 'Did you mean Europe/London?'],
  ['+02:00', 'Write an IANA name such as Europe/London, or UTC.'],
  ['', 'Write an IANA name such as Europe/London, or UTC.'],
])('refuses the zone %j', (zone, hint) => {
  const error = thrownBy(() => calendar.parse('daily', zone));
  expect(error).toMatchObject({ code: 'schedule.zone', hint, context: { zone } });
});

test.each([
  [{ frequency: 'daily', preferredTime: '02:00' }, 'daily at 02:00'],
  [{ frequency: 'weekly', days: ['Sun', 'Wed'], preferredTime: '3:30' }, 'weekly on Sun,Wed at 3:30'],
  [{ frequency: 'monthly', days: [1] }, 'monthly on 1'],
  [{ frequency: 'monthly', days: ['last Fri'] }, 'monthly on last Fri'],
  [{ frequency: 'hourly', preferredTime: ':15' }, 'hourly at :15'],
  [{ frequency: 'manual' }, 'manual'],
  [{ every: '6h' }, 'every 6h'],
  [{ cron: '0 2 * * *' }, 'cron: 0 2 * * *'],
] as const)('reads the object %j as %j', (object, phrase) => {
  expect(scheduleFromObject(object, 'UTC')).toEqual(calendar.parse(phrase, 'UTC'));
});

test.each([
  [{}],
  [{ frequency: 'daily', cron: '0 2 * * *' }],
  [{ every: '6h', cron: '0 2 * * *' }],
  [{ every: '6h', preferredTime: '02:00' }],
  [{ frequency: 'daily', days: ['Sun'] }],
  [{ frequency: 'monthly', days: [1, 15] }],
] as const)('refuses the object %j', (object) => {
  expect(thrownBy(() => scheduleFromObject(object, 'UTC'))).toMatchObject({ code: 'schedule.syntax' });
});

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
