import type { Schedule, Slot } from '@umbracore/contracts';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { calendar } from '../src/index.ts';
import { zoneOf } from '../src/zone.ts';
import { shownAt } from './minute-scan.ts';
import { times } from '../../../tools/vitest/evidence.ts';

const firstYear = 1970;
const lastYear = 2040;

const zones = Intl.supportedValuesOf('timeZone');

const zone = fc.constantFrom(...zones);
const instant = fc.integer({ min: Date.UTC(firstYear, 1), max: Date.UTC(lastYear, 0) });
const time = fc.record({ hour: fc.integer({ min: 0, max: 23 }), minute: fc.integer({ min: 0, max: 59 }) });

const wallClock = time.map(({ hour, minute }) => `${hour}:${String(minute).padStart(2, '0')}`);
const anyPhrase = fc.oneof(
  wallClock.map((at) => `daily at ${at}`),
  fc.tuple(fc.constantFrom('Sun', 'Mon,Thu', 'Sat and Tue'), wallClock).map(([on, at]) => `weekly on ${on} at ${at}`),
  fc
    .tuple(fc.constantFrom('1', '29', '31', 'last', 'last Fri'), wallClock)
    .map(([on, at]) => `monthly on ${on} at ${at}`),
  fc.integer({ min: 0, max: 59 }).map((past) => `hourly at :${past}`),
  fc.constantFrom('*/15 * * * *', '7 */3 * * *', '0,30 1-3 * * *', '15 2 * * 0', '0 0 29 2 *', '*/20 2 1,15 * 1-5'),
  fc.integer({ min: 1, max: 200 }).map((hours) => `every ${hours}h`),
);

test('slots rise, and next and previous undo each other, wherever one starts', () => {
  fc.assert(
    fc.property(zone, anyPhrase, instant, fc.double({ min: 0, max: 1, noNaN: true }), (zone, phrase, from, share) => {
      const schedule = calendar.parse(phrase, zone);
      const first = required(calendar.next(schedule, from));
      const second = required(calendar.next(schedule, first.at));
      expect(first.at).toBeGreaterThan(from);
      expect(second.at).toBeGreaterThan(first.at);
      expect(second.key).not.toBe(first.key);
      const between = first.at + Math.floor((second.at - 1 - first.at) * share);
      expect(calendar.next(schedule, between)).toEqual(second);
      expect(calendar.previous(schedule, between)).toEqual(first);
      expect(calendar.previous(schedule, second.at)).toEqual(second);
    }),
    { numRuns: times(1500) },
  );
});

test('a zone is as far from UTC as Intl shows, at any moment', () => {
  fc.assert(
    fc.property(zone, instant, (zone, at) => {
      const { offset } = zoneOf(zone).segmentAt(at);
      expect(shownAt(at + offset, 'UTC')).toBe(shownAt(at, zone));
    }),
    { numRuns: times(3000) },
  );
});

test('a date that a zone leaves out has no slot, and no other date is left out', () => {
  const schedule = calendar.parse('daily at 10:00', 'Pacific/Kiritimati');
  const dates = slotsBetween(schedule, Date.UTC(1994, 11, 25), Date.UTC(1995, 0, 5)).map((slot) =>
    shownAt(slot.at, 'Pacific/Kiritimati').slice(0, 10),
  );
  expect(dates).not.toContain('1994-12-31');
  expect(dates).toContain('1994-12-30');
  expect(dates).toContain('1995-01-01');
  expect(new Set(dates).size).toBe(dates.length);
});

function slotsBetween(schedule: Schedule, after: number, until: number): Slot[] {
  const found: Slot[] = [];
  for (let slot = calendar.next(schedule, after); slot && slot.at <= until; slot = calendar.next(schedule, slot.at)) {
    found.push(slot);
  }
  return found;
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('there is nothing');
  return value;
}
