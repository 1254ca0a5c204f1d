import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { timestamp } from '@umbracore/runtime/documents';
import { calendarTime, dayTime, parseTime, relativeTime, withDayTimes } from './times.ts';

const now = new Date(2026, 10, 23, 11, 0, 0).getTime();
const minute = 60_000;

test('a timestamp is RFC 3339 with an offset and names the same second', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), (seconds) => {
      const text = timestamp(seconds * 1000);
      expect(text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$/);
      expect(Date.parse(text)).toBe(seconds * 1000);
    }),
  );
});

test.each([
  [now - 18 * minute, '18 min ago'],
  [now + 342 * minute, 'in 5 h'],
  [now - 9 * 1440 * minute, '9 days ago'],
  [now - 1440 * minute, '1 day ago'],
  [now - 10_000, 'just now'],
  [now + 10_000, 'in a moment'],
])('%d is %s', (instant, text) => expect(relativeTime(instant, now)).toBe(text));

test('days near by have names', () => {
  const early = new Date(2026, 10, 23, 2, 0);
  expect(dayTime(early.getTime(), now)).toBe('today 02:00');
  expect(withDayTimes(`due at ${early.toISOString()}, since ${early.toISOString()}.`, now)).toBe(
    'due today 02:00, since today 02:00.',
  );
  expect(withDayTimes(`due at ${new Date(2026, 10, 21, 2).toISOString()}.`, now)).toBe('due on Sat 21 Nov at 02:00.');
  expect(dayTime(new Date(2026, 10, 22, 2, 3).getTime(), now)).toBe('yesterday 02:03');
  expect(dayTime(new Date(2026, 10, 24, 2, 0).getTime(), now)).toBe('tomorrow 02:00');
  expect(dayTime(new Date(2026, 10, 21, 2, 0).getTime(), now)).toBe('Sat 21 Nov 02:00');
  expect(calendarTime(new Date(2025, 0, 1, 0, 5).getTime(), now)).toBe('Wed 1 Jan 2025 00:05');
});

test.each([
  ['now', now],
  ['36h', now - 36 * 60 * minute],
  ['today', new Date(2026, 10, 23).getTime()],
  ['yesterday', new Date(2026, 10, 22).getTime()],
  ['tomorrow', new Date(2026, 10, 24).getTime()],
  ['+36h', now + 36 * 60 * minute],
  ['2026-11-20', new Date(2026, 10, 20).getTime()],
  ['2026-11-20T18:00', new Date(2026, 10, 20, 18).getTime()],
  ['2026-11-20T18:00:00Z', Date.UTC(2026, 10, 20, 18)],
  ['2026-13-40', undefined],
  ['whenever', undefined],
  ['+', undefined],
])('--since %s', (text, instant) => expect(parseTime(text, now)).toBe(instant));
