import type { Schedule } from '@umbracore/contracts';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { calendar } from '../src/index.ts';
import { dayMs, minuteMs } from './minute-scan.ts';
import { times } from '../../../tools/vitest/evidence.ts';

const schedule: fc.Arbitrary<Schedule> = fc
  .record({
    phrase: fc.constantFrom('*/10 * * * *', 'hourly at :50', 'daily at 02:30', 'every 7h', '55 0,5,13 * * *'),
    zone: fc.constantFrom('UTC', 'Europe/Berlin', 'Australia/Lord_Howe', 'America/Nuuk', 'Antarctica/Troll'),
    windows: fc.subarray(['01:00-06:00', 'Sat,Sun 10:00-14:00', 'Mon-Fri 22:00-00:10', '02:15-02:45']),
    blackouts: fc.subarray(['03:00-03:30', '2026-03-29/2026-04-02', '05:50-12:00']),
    jitterMs: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 3 * 24 * 60 * minuteMs })),
  })
  .map(({ phrase, zone, windows, blackouts, jitterMs }) => ({
    ...calendar.parse(phrase, zone),
    windows: windows.map((one) => calendar.parsePeriod(one)),
    blackouts: blackouts.map((one) => calendar.parsePeriod(one)),
    jitterMs,
  }));

const instant = fc.integer({ min: Date.UTC(2026, 2, 20), max: Date.UTC(2026, 10, 5) });

test('a start is inside of the opening of its slot, no later than jitter allows, and never before an earlier one', () => {
  fc.assert(
    fc.property(schedule, instant, fc.string({ maxLength: 12 }), (schedule, from, job) => {
      let last = -Infinity;
      let after = from;
      for (let count = 0; count < 30; count += 1) {
        const slot = calendar.next(schedule, after);
        expect(slot?.at).toBeGreaterThan(after);
        if (!slot) return;
        const opening = calendar.opening(schedule, slot.at);
        const start = calendar.startOf(schedule, slot, job, 'here');
        expect(start === undefined).toBe(opening === undefined);
        const [first, end] = [opening?.from ?? -Infinity, opening?.to ?? Infinity];
        const at = start ?? first;
        expect(at).toBeGreaterThanOrEqual(Math.max(first, last));
        expect(at).toBeLessThanOrEqual(first + (schedule.jitterMs ?? 0));
        expect(at).toBeLessThan(end);
        expect(calendar.opening(schedule, at)?.from).toBe(start ?? calendar.opening(schedule, at)?.from);
        [last, after] = [at, slot.at];
      }
    }),
    { numRuns: times(300) },
  );
});

test('an answer does not depend on what was asked before', () => {
  fc.assert(
    fc.property(schedule, fc.array(instant, { minLength: 2, maxLength: 12 }), (schedule, instants) => {
      for (const at of instants) {
        const same = { ...schedule };
        expect(calendar.opening(schedule, at)).toEqual(calendar.opening(same, at));
        expect(calendar.next(schedule, at)).toEqual(calendar.next(same, at));
      }
    }),
    { numRuns: times(200) },
  );
});

test('of many jobs every part of the jitter gets its share', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 1, max: 365 }), (host, days) => {
      const schedule = { ...calendar.parse('daily at 02:00', 'UTC'), jitterMs: 60 * minuteMs };
      const slot = { at: days * dayMs, fold: 0 as const, key: '' };
      const tenths = Array.from({ length: 10 }, () => 0);
      for (let job = 0; job < 2000; job += 1) {
        const late = (calendar.startOf(schedule, slot, `job-${job}`, host) ?? 0) - slot.at;
        const tenth = Math.min(9, Math.floor(late / (6 * minuteMs)));
        tenths[tenth] = (tenths[tenth] ?? 0) + 1;
      }
      expect(Math.min(...tenths)).toBeGreaterThan(120);
      expect(Math.max(...tenths)).toBeLessThan(290);
    }),
    { numRuns: 20 },
  );
});
