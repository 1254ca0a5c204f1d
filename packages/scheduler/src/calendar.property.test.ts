import type { Schedule, Slot } from '@umbracore/contracts';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { calendar } from './index.ts';
import { type Segment, zoneOf } from './zone.ts';

const minute = 60_000;
const hour = 60 * minute;
const firstYear = 1970;
const lastYear = 2040;
const seed = 20_261_123;

const zones = Intl.supportedValuesOf('timeZone');

const zone = fc.constantFrom(...zones);
const year = fc.integer({ min: firstYear, max: lastYear - 1 });
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
    { seed, numRuns: 1500 },
  );
});

test('a zone is as far from UTC as Intl shows, at any moment', () => {
  fc.assert(
    fc.property(zone, instant, (zone, at) => {
      const { offset } = zoneOf(zone).segmentAt(at);
      expect(formatted(at + offset, 'UTC')).toBe(formatted(at, zone));
    }),
    { seed, numRuns: 3000 },
  );
});

test('around clock changes every date has its slot once, and every shown time counts, as a scan of all minutes says', () => {
  let changes = 0;
  fc.assert(
    fc.property(zone, year, fc.nat(), time, (zone, year, pick, { minute: minutes }) => {
      const change = changeIn(zone, year, pick);
      if (!change) return;
      changes += 1;
      const scan = scanAround(change.at, zone);
      const lost = required(change.leapt[pick % change.leapt.length]);
      for (const at of [lost, `${lost.slice(0, 3)}${String(minutes).padStart(2, '0')}`]) {
        checkDates(calendar.parse(`daily at ${at}`, zone), at, scan);
      }
      checkInstants(
        calendar.parse(`hourly at :${lost.slice(3)}`, zone),
        (shown) => shown.endsWith(lost.slice(2)),
        scan,
      );
      checkInstants(calendar.parse('*/15 * * * *', zone), (shown) => /:(?:00|15|30|45)$/.test(shown), scan);
    }),
    { seed, numRuns: 700 },
  );
  expect(changes).toBeGreaterThan(200);
});

test('a date that a zone leaves out has no slot, and no other date is left out', () => {
  const schedule = calendar.parse('daily at 10:00', 'Pacific/Kiritimati');
  const dates = slotsBetween(schedule, Date.UTC(1994, 11, 25), Date.UTC(1995, 0, 5)).map((slot) =>
    formatted(slot.at, 'Pacific/Kiritimati').slice(0, 10),
  );
  expect(dates).not.toContain('1994-12-31');
  expect(dates).toContain('1994-12-30');
  expect(dates).toContain('1995-01-01');
  expect(new Set(dates).size).toBe(dates.length);
});

interface Change {
  readonly at: number;
  /** Times of the day, as `hh:mm`, that the clock leaps over or shows twice. */
  readonly leapt: readonly string[];
}

/** One of the clock changes of a zone in a year. The scan goes by whole minutes, so changes by odd seconds are left out. */
function changeIn(zone: string, year: number, pick: number): Change | undefined {
  const changes: Change[] = [];
  let before: Segment | undefined;
  for (let at = Date.UTC(year, 0); at < Date.UTC(year + 1, 0); at = required(before).to) {
    const segment = zoneOf(zone).segmentAt(at);
    const isWhole = segment.offset % minute === 0 && (before?.offset ?? 0) % minute === 0;
    if (before && isWhole && before.offset !== segment.offset) {
      changes.push({
        at: segment.from,
        leapt: timesBetween(segment.from + before.offset, segment.from + segment.offset),
      });
    }
    before = segment;
  }
  return changes.length === 0 ? undefined : changes[pick % changes.length];
}

function timesBetween(one: number, other: number): string[] {
  const times: string[] = [];
  for (let local = Math.min(one, other); local <= Math.max(one, other); local += 5 * minute) {
    times.push(formatted(local, 'UTC').slice(11));
  }
  return times;
}

interface Shown {
  readonly at: number;
  /** Such as `2026-03-29 03:00` */
  readonly text: string;
}

/** What the clock shows at every minute from 40 hours before to 40 hours after. */
function scanAround(change: number, zone: string): readonly Shown[] {
  const scan: Shown[] = [];
  for (let at = change - 40 * hour; at <= change + 40 * hour; at += minute)
    scan.push({ at, text: formatted(at, zone) });
  return scan;
}

function checkDates(schedule: Schedule, time: string, scan: readonly Shown[]): void {
  const dates = [...new Set(scan.map(({ text }) => text.slice(0, 10)))];
  // The first and the last date of the scan are not whole.
  const expected = dates.slice(1, -1).map((date) => {
    const wanted = `${date} ${time}`;
    return (scan.find(({ text }) => text === wanted) ?? required(scan.find(({ text }) => text > wanted))).at;
  });
  const [from = 0, to = 0] = [expected[0], expected.at(-1)];
  expect(slotsBetween(schedule, from - 1, to).map(({ at }) => at)).toEqual(expected);
}

function checkInstants(schedule: Schedule, isNamed: (text: string) => boolean, scan: readonly Shown[]): void {
  const seen = new Set<string>();
  const expected: { at: number; fold: number }[] = [];
  for (const { at, text } of scan) {
    if (isNamed(text)) expected.push({ at, fold: seen.has(text) ? 1 : 0 });
    seen.add(text);
  }
  const found = slotsBetween(schedule, required(scan[0]).at - 1, required(scan.at(-1)).at);
  expect(found.map(({ at, fold }) => ({ at, fold }))).toEqual(expected);
}

function slotsBetween(schedule: Schedule, after: number, until: number): Slot[] {
  const found: Slot[] = [];
  for (let slot = calendar.next(schedule, after); slot && slot.at <= until; slot = calendar.next(schedule, slot.at)) {
    found.push(slot);
  }
  return found;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

// Swedish writes dates as ISO 8601 does; the calendar itself reads another format.
function formatted(at: number, zone: string): string {
  const formatter =
    formatters.get(zone) ??
    new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
  formatters.set(zone, formatter);
  return formatter.format(at);
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('there is nothing');
  return value;
}
