import type { Period } from '@umbracore/contracts';
import { expect, test } from 'vitest';
import { calendar } from './index.ts';

const at = (hour: number, minute = 0) => ({ hour, minute });

const understood: readonly (readonly [string, Period])[] = [
  ['01:00-06:00', { type: 'weekly', days: [], from: at(1), to: at(6) }],
  ['  1:00 - 06:30 ', { type: 'weekly', days: [], from: at(1), to: at(6, 30) }],
  ['22:00–06:00', { type: 'weekly', days: [], from: at(22), to: at(6) }],
  ['daily 22:00-06:00', { type: 'weekly', days: [], from: at(22), to: at(6) }],
  ['Sat,Sun 10:00-14:00', { type: 'weekly', days: [0, 6], from: at(10), to: at(14) }],
  ['saturday and Sunday 10:00-24:00', { type: 'weekly', days: [0, 6], from: at(10), to: at(0) }],
  ['Mon-Fri 22:00-06:00', { type: 'weekly', days: [1, 2, 3, 4, 5], from: at(22), to: at(6) }],
  ['Fri-Mon, Wed 00:00-24:00', { type: 'weekly', days: [0, 1, 3, 5, 6], from: at(0), to: at(0) }],
  ['weekdays 08:00-18:00', { type: 'weekly', days: [1, 2, 3, 4, 5], from: at(8), to: at(18) }],
  ['weekends', { type: 'weekly', days: [0, 6], from: at(0), to: at(0) }],
  ['Sun', { type: 'weekly', days: [0], from: at(0), to: at(0) }],
  ['2026-12-24/2026-12-26', { type: 'dates', from: '2026-12-24', to: '2026-12-26' }],
  ['2028-02-29 / 2028-02-29', { type: 'dates', from: '2028-02-29', to: '2028-02-29' }],
  ['2026-12-24', { type: 'dates', from: '2026-12-24', to: '2026-12-24' }],
];

test.each(understood)('understands %j', (phrase, period) => {
  expect(calendar.parsePeriod(phrase)).toEqual(period);
});

/** Phrase, code, the part that the caret points at, and what the hint says. */
const refused: readonly (readonly [string, string, string, RegExp])[] = [
  ['', 'syntax', '', /01:00-06:00/],
  ['01:00', 'syntax', '', /Write -/],
  ['01:00-', 'syntax', '', /02:00/],
  ['01:00-25:00', 'time', '25:00', /01:00 on the next day/],
  ['24:00-06:00', 'time', '24:00', /00:00 on the next day/],
  ['1-6', 'time', '1', /01:00/],
  ['01:00-06:00 daily', 'syntax', 'daily', /Leave/],
  ['01:00/06:00', 'syntax', '/', /-/],
  ['Sta 10:00-14:00', 'syntax', 'Sta', /mean Sat/],
  ['Sat,Son 10:00-14:00', 'syntax', 'Son', /mean Sun/],
  ['Mon- 10:00-14:00', 'syntax', '10:00', /Sun/],
  ['Mon at 10:00-14:00', 'time', 'at', /23:59/],
  ['every 10:00-14:00', 'syntax', 'every', /weekends/],
  ['2026-02-29', 'time', '2026-02-29', /2026-01-09/],
  ['2026-1-2/2026-01-03', 'time', '2026-1-2', /2026-01-09/],
  ['2026-12-24/2026-12-20', 'time', '2026-12-20', /earlier date first/],
  ['2026-12-24/Sat', 'syntax', 'Sat', /2026-12-24/],
  ['2026-12-24 to 2026-12-26', 'syntax', 'to', /\//],
  ['2026-12-24/2026-12-26 night', 'syntax', 'night', /Leave/],
];

test.each(refused)('refuses %j with schedule.%s at %j', (phrase, code, marked, hint) => {
  const error = thrownBy(() => calendar.parsePeriod(phrase));
  expect(error).toMatchObject({ code: `schedule.${code}`, hint: expect.stringMatching(hint) as string });
  const { text, column, length } = (error as { context: { text: string; column: number; length: number } }).context;
  expect(column).toBe((marked === '' ? text.trimEnd().length : text.indexOf(marked)) + 1);
  expect(text.slice(column - 1, column - 1 + length).trim()).toBe(marked);
});

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
