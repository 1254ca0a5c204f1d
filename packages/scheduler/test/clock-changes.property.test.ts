import type { Schedule, Slot } from '@umbracore/contracts';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { calendar } from '../src/index.ts';
import { changesOf, datesOf, dayMs, type MinuteScan, minuteMs, scanMinutes, whenShown } from './minute-scan.ts';
import { times } from '../../../tools/vitest/evidence.ts';
import { covered, type WrittenPeriod, written } from './written-periods.ts';

// Every change of the clocks from 1970 to 2040, in every zone of this machine, can come up, and is looked at beside a scan of
// all minutes around it.

const zones = ['UTC', ...Intl.supportedValuesOf('timeZone')];
const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const minutesOfDay = 24 * 60;

interface Change {
  readonly zone: string;
  readonly at: number;
  /** From the last time shown before (0) to the first one after (1), and a little further. */
  readonly share: number;
}

const change = fc
  .record({
    zone: fc.constantFrom(...zones),
    year: fc.integer({ min: 1970, max: 2039 }),
    pick: fc.nat(),
    share: fc.double({ min: -0.2, max: 1.2, noNaN: true }),
  })
  .map(({ zone, year, pick, share }): Change | undefined => {
    const changes = changesOf(zone, year);
    const at = changes[pick % changes.length];
    return at === undefined ? undefined : { zone, at, share };
  })
  .filter((found) => found !== undefined);

function scanAround({ zone, at }: Change, days: number): MinuteScan {
  return scanMinutes(zone, at - days * dayMs, at + days * dayMs);
}

/** A minute of the day that is leapt over or shown twice, or one close to these. */
function minuteOf({ at, share }: Change, scan: MinuteScan): number {
  const index = (at - scan.from) / minuteMs;
  const [before = 0, after = 0] = [scan.shown[index - 1], scan.shown[index]];
  const minute = Math.round(before + 1 + (after - before - 1) * share);
  return ((minute % minutesOfDay) + minutesOfDay) % minutesOfDay;
}

test('a wall-clock time comes exactly once on every date there is', () => {
  const other = fc.integer({ min: 0, max: minutesOfDay - 1 });
  const step = fc.record({ change, other, days: fc.subarray(weekdays, { minLength: 1 }), past: fc.nat({ max: 59 }) });
  fc.assert(
    fc.property(step, ({ change, other, days, past }) => {
      const scan = scanAround(change, 5);
      const minute = minuteOf(change, scan);
      const [hour, otherHour] = [Math.floor(minute / 60), Math.floor(other / 60)].toSorted((one, two) => one - two);
      const isDay = (date: number) => days.includes(weekdayOf(date));
      expectDates(scan, `daily at ${clock(minute)}`, [minute], () => true);
      expectDates(scan, `weekly on ${days.join(',')} at ${clock(minute)}`, [minute], isDay);
      expectDates(scan, `monthly on last at ${clock(minute)}`, [minute], isLastOfMonth);
      const hours = hour === otherHour ? [hour] : [hour, otherHour];
      const minutes = hours.map((one = 0) => one * 60 + past);
      expectDates(scan, `${past} ${hours.join(',')} * * ${days.join(',')}`, minutes, isDay);
    }),
    { numRuns: times(150) },
  );
});

test('a pattern comes whenever the clock shows it', () => {
  const step = fc.record({ change, past: fc.nat({ max: 59 }), every: fc.constantFrom(5, 10, 15, 20, 30) });
  fc.assert(
    fc.property(step, ({ change, past, every }) => {
      const scan = scanAround(change, 2);
      expectInstants(scan, `hourly at :${past}`, (minute) => minute % 60 === past);
      expectInstants(scan, `*/${every} * * * *`, (minute) => (minute % 60) % every === 0);
      const isNight = (minute: number) => Math.floor(minute / 60) < 4 && Math.floor(minute / 60) % 2 === 0;
      expectInstants(scan, `${past} 0-3/2 * * *`, (minute) => minute % 60 === past && isNight(minute));
    }),
    { numRuns: times(120) },
  );
});

test('an interval keeps its distance', () => {
  fc.assert(
    fc.property(change, fc.integer({ min: 1, max: 48 * 60 }), ({ zone, at: change }, minutes) => {
      const schedule = calendar.parse(`every ${minutes}m`, zone);
      const found = slotsBetween(schedule, change - 5 * dayMs, change + 5 * dayMs);
      const first = Math.floor((change - 5 * dayMs) / (minutes * minuteMs)) + 1;
      expect(found.map(({ at }) => at)).toEqual(found.map((_, index) => (first + index) * minutes * minuteMs));
      expect(found.at(-1)?.at).toBeGreaterThan(change + 5 * dayMs - minutes * minuteMs);
      expect(found.every(({ fold }) => fold === 0)).toBe(true);
    }),
    { numRuns: times(100) },
  );
});

test('openings are the minutes that windows hold and blackouts do not', () => {
  const begin = fc.oneof(fc.constant(undefined), fc.integer({ min: 0, max: minutesOfDay - 1 }));
  const length = fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: minutesOfDay }));
  const weekly = fc.record({ days: fc.subarray(weekdays), begin, length });
  const dates = fc.record({ firstDate: fc.integer({ min: 2, max: 5 }), dates: fc.integer({ min: 1, max: 3 }) });
  const periods = fc.array(fc.oneof({ arbitrary: weekly, weight: 3 }, { arbitrary: dates, weight: 1 }), {
    maxLength: 2,
  });
  const offset = fc.integer({ min: -36 * 60, max: 36 * 60 });
  const step = fc.record({ change, windows: periods, blackouts: periods, offset });
  let judged = 0;
  fc.assert(
    fc.property(step, ({ change, windows, blackouts, offset }) => {
      const scan = scanAround(change, 5);
      const minute = minuteOf(change, scan);
      const resolved = (period: (typeof windows)[number]): WrittenPeriod =>
        'dates' in period ? period : { ...period, begin: period.begin ?? minute };
      const [open, shut] = [windows.map(resolved), blackouts.map(resolved)];
      const isOpen = open.length === 0 ? scan.shown.map(() => true) : covered(scan, open);
      const isShut = covered(scan, shut);
      const schedule: Schedule = {
        ...calendar.parse('daily', scan.zone),
        windows: open.map((period) => calendar.parsePeriod(written(scan, period))),
        blackouts: shut.map((period) => calendar.parsePeriod(written(scan, period))),
      };
      const at = change.at + offset * minuteMs;
      const index = (at - scan.from) / minuteMs;
      const first = isOpen.findIndex((one, minute) => minute >= index && one && !isShut[minute]);
      const last = isOpen.findIndex((one, minute) => minute >= first && (!one || isShut[minute]));
      // What lies in the last days of the scan may depend on what comes after.
      const end = (8 * dayMs) / minuteMs;
      if (first === -1 || first > end) return;
      judged += 1;
      const opening = calendar.opening(schedule, at);
      expect(opening?.from).toBe(scan.from + first * minuteMs);
      const to = last === -1 || last > end ? undefined : scan.from + last * minuteMs;
      expect(to ?? opening?.to).toBe(opening?.to);
      expect(opening?.to).toBeGreaterThan(opening?.from ?? Infinity);
    }),
    { numRuns: times(200) },
  );
  expect(judged).toBeGreaterThan(times(200) / 2);
});

function expectDates(
  scan: MinuteScan,
  phrase: string,
  minutes: readonly number[],
  isNamed: (date: number) => boolean,
): void {
  const dates = datesOf(scan).slice(1, -1);
  const due = dates.flatMap((date) => (isNamed(date) ? minutes.map((minute) => whenShown(scan, date, minute)) : []));
  const expected = [...new Set(due)].map((at) => ({ at, fold: 0 }));
  const [from, to] = [whenShown(scan, dates[0] ?? 0, 0), whenShown(scan, (dates.at(-1) ?? 0) + 1, 0)];
  expectSlots(scan, phrase, [from - 1, to - 1], expected);
}

function expectInstants(scan: MinuteScan, phrase: string, isNamed: (minuteOfDay: number) => boolean): void {
  const seen = new Set<number>();
  const expected: { at: number; fold: number }[] = [];
  for (const [index, minute] of scan.shown.entries()) {
    if (isNamed(minute % minutesOfDay)) {
      expected.push({ at: scan.from + index * minuteMs, fold: seen.has(minute) ? 1 : 0 });
    }
    seen.add(minute);
  }
  const end = scan.from + (scan.shown.length - 1) * minuteMs;
  expectSlots(scan, phrase, [scan.from - 1, end], expected);
}

/** The same forwards, backwards and all at once. */
function expectSlots(
  scan: MinuteScan,
  phrase: string,
  [after, until]: readonly [number, number],
  expected: readonly { readonly at: number; readonly fold: number }[],
): void {
  const schedule = calendar.parse(phrase, scan.zone);
  const plain = (slots: readonly Slot[]) => slots.map(({ at, fold }) => ({ at, fold }));
  const forwards = slotsBetween(schedule, after, until);
  expect(plain(forwards), `${phrase} in ${schedule.zone}`).toEqual(expected);
  const backwards: Slot[] = [];
  let last = calendar.previous(schedule, until);
  for (; last && last.at > after; last = calendar.previous(schedule, last.at - 1)) backwards.unshift(last);
  expect(backwards).toEqual(forwards);
  expect(calendar.between(schedule, after, until, Infinity)).toEqual({ slots: forwards, left: undefined });
  expectFromAnywhere(schedule, scan.from + (scan.shown.length / 2) * minuteMs, forwards);
  const [count, first] = [Math.ceil(forwards.length / 2), forwards[0]];
  const { slots, left } = calendar.between(schedule, after, until, forwards.length - count);
  expect(slots).toEqual(forwards.slice(count));
  expect(left).toEqual(first && { count, first: first.at });
}

/** Also asked in the middle of a leap or of a second pass. */
function expectFromAnywhere(schedule: Schedule, middle: number, slots: readonly Slot[]): void {
  const probes = Array.from({ length: 54 }, (_, index) => middle + (index - 27) * 7.5 * minuteMs);
  const inside = probes.filter((at) => at >= (slots[0]?.at ?? Infinity) && at < (slots.at(-1)?.at ?? Infinity));
  expect(inside.map((at) => calendar.next(schedule, at))).toEqual(inside.map((at) => slots.find((one) => one.at > at)));
  expect(inside.map((at) => calendar.previous(schedule, at))).toEqual(
    inside.map((at) => slots.findLast((one) => one.at <= at)),
  );
}

function slotsBetween(schedule: Schedule, after: number, until: number): Slot[] {
  const found: Slot[] = [];
  for (let slot = calendar.next(schedule, after); slot && slot.at <= until; slot = calendar.next(schedule, slot.at)) {
    found.push(slot);
  }
  return found;
}

function clock(minute: number): string {
  return `${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, '0')}`;
}

function weekdayOf(date: number): string {
  return weekdays[new Date(date * dayMs).getUTCDay()] ?? '';
}

function isLastOfMonth(date: number): boolean {
  return new Date((date + 1) * dayMs).getUTCDate() === 1;
}
