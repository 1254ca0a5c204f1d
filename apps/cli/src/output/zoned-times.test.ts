import { expect, test } from 'vitest';
import { zonedTime } from './zoned-times.ts';

test.each([
  ['UTC', '2026-11-23T02:00:00Z', 'Mon 23 Nov 2026', '02:00', '2026-11-23T02:00:00+00:00'],
  ['Europe/Berlin', '2026-07-01T22:30:05Z', 'Thu 2 Jul 2026', '00:30', '2026-07-02T00:30:05+02:00'],
  ['America/St_Johns', '2026-01-01T00:00:00Z', 'Wed 31 Dec 2025', '20:30', '2025-12-31T20:30:00-03:30'],
  ['Australia/Lord_Howe', '2026-09-05T12:00:00Z', 'Sat 5 Sep 2026', '22:30', '2026-09-05T22:30:00+10:30'],
])('in %s %s is %s %s', (zone, instant, date, time, timestamp) => {
  expect(zonedTime(Date.parse(instant), zone)).toMatchObject({ date, time, timestamp });
});
