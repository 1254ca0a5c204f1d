import type { Opening, Schedule } from '@umbracore/contracts';
import { describe, expect, test } from 'vitest';
import { calendar } from './index.ts';

interface Limits {
  readonly zone?: string;
  readonly windows?: readonly string[];
  readonly blackouts?: readonly string[];
  readonly jitterMs?: number;
}

function scheduleOf(phrase: string, { zone = 'UTC', windows = [], blackouts = [], jitterMs = 0 }: Limits): Schedule {
  const read = (phrases: readonly string[]) => phrases.map((one) => calendar.parsePeriod(one));
  return { ...calendar.parse(phrase, zone), windows: read(windows), blackouts: read(blackouts), jitterMs };
}

function written(opening: Opening | undefined): string {
  if (!opening) return 'never';
  const iso = (at: number) => (at === Infinity ? 'ever' : new Date(at).toISOString().slice(0, 16));
  return `${iso(opening.from)} to ${iso(opening.to)}`;
}

const openings: readonly (readonly [string, Limits, string, string])[] = [
  ['without limits', {}, '2026-03-01T12:00Z', '2026-03-01T12:00 to ever'],
  ['before a window', { windows: ['01:00-06:00'] }, '2026-03-01T00:30Z', '2026-03-01T01:00 to 2026-03-01T06:00'],
  ['inside of a window', { windows: ['01:00-06:00'] }, '2026-03-01T05:30Z', '2026-03-01T05:30 to 2026-03-01T06:00'],
  ['at the end of a window', { windows: ['01:00-06:00'] }, '2026-03-01T06:00Z', '2026-03-02T01:00 to 2026-03-02T06:00'],
  ['over midnight', { windows: ['Fri 22:00-06:00'] }, '2026-03-07T03:00Z', '2026-03-07T03:00 to 2026-03-07T06:00'],
  [
    'on the next such day',
    { windows: ['Sat 10:00-14:00'] },
    '2026-03-07T14:00Z',
    '2026-03-14T10:00 to 2026-03-14T14:00',
  ],
  [
    'in touching windows',
    { windows: ['01:00-03:00', '03:00-04:00'] },
    '2026-03-01T02:00Z',
    '2026-03-01T02:00 to 2026-03-01T04:00',
  ],
  [
    'in windows that leave out nothing',
    { windows: ['00:00-12:00', '12:00-24:00'] },
    '2026-03-01T02:00Z',
    '2026-03-01T02:00 to ever',
  ],
  ['in days in a row', { windows: ['Mon-Wed', 'Thu'] }, '2026-03-02T02:00Z', '2026-03-02T02:00 to 2026-03-06T00:00'],
  ['in a blackout', { blackouts: ['2026-12-24/2026-12-26'] }, '2026-12-25T12:00Z', '2026-12-27T00:00 to ever'],
  [
    'before a blackout',
    { blackouts: ['2026-12-24/2026-12-26'] },
    '2026-12-01T12:00Z',
    '2026-12-01T12:00 to 2026-12-24T00:00',
  ],
  [
    'in a blackout of hours',
    { blackouts: ['Mon-Fri 08:00-18:00'] },
    '2026-03-06T09:00Z',
    '2026-03-06T18:00 to 2026-03-09T08:00',
  ],
  [
    'in a window cut by a blackout',
    { windows: ['01:00-06:00'], blackouts: ['02:00-03:00'] },
    '2026-03-01T02:10Z',
    '2026-03-01T03:00 to 2026-03-01T06:00',
  ],
  [
    'in a window that a blackout hides',
    { windows: ['Sun 01:00-06:00'], blackouts: ['2026-03-01/2026-03-07'] },
    '2026-03-01T02:00Z',
    '2026-03-08T01:00 to 2026-03-08T06:00',
  ],
  [
    'in a zone',
    { zone: 'America/New_York', windows: ['22:00-02:00'] },
    '2026-07-01T00:00Z',
    '2026-07-01T02:00 to 2026-07-01T06:00',
  ],
  ['that nothing leaves open', { windows: ['01:00-06:00'], blackouts: ['00:00-12:00'] }, '2026-03-01T00:00Z', 'never'],
  ['that is always shut', { blackouts: ['weekdays', 'weekends'] }, '2026-03-01T00:00Z', 'never'],
  ['that is over', { windows: ['2026-01-01/2026-01-02'] }, '2026-03-01T00:00Z', 'never'],
  ['that is too far away', { windows: ['2028-01-01'] }, '2026-03-01T00:00Z', 'never'],
  ['a year away', { windows: ['2027-03-01'] }, '2026-03-01T00:00Z', '2027-03-01T00:00 to 2027-03-02T00:00'],
];

test.each(openings)('an opening %s %j', (_, limits, at, expected) => {
  expect(written(calendar.opening(scheduleOf('daily', limits), Date.parse(at)))).toBe(expected);
});

test('an opening is the same, whatever was asked before', () => {
  const schedule = scheduleOf('daily', { windows: ['2024-01-01', '2026-06-01'] });
  const asked = (at: string) => written(calendar.opening(schedule, Date.parse(at)));
  expect(asked('2026-05-01T00:00Z')).toBe('2026-06-01T00:00 to 2026-06-02T00:00');
  expect(asked('2023-12-31T00:00Z')).toBe('2024-01-01T00:00 to 2024-01-02T00:00');
  expect(asked('2024-01-02T00:00Z')).toBe('never');
  expect(asked('2026-05-01T00:00Z')).toBe('2026-06-01T00:00 to 2026-06-02T00:00');
});

describe('where the clock changes', () => {
  const berlin = (windows: string, at: string) =>
    written(calendar.opening(scheduleOf('daily', { zone: 'Europe/Berlin', windows: [windows] }), Date.parse(at)));

  test.each([
    [
      'an edge that it leaps over comes at the first minute after',
      '02:30-05:00',
      '2026-03-29T00:00Z',
      '2026-03-29T01:00 to 2026-03-29T03:00',
    ],
    ['an end that it leaps over too', '01:30-02:30', '2026-03-29T00:00Z', '2026-03-29T00:30 to 2026-03-29T01:00'],
    [
      'a stretch that it leaps over whole comes after',
      '02:15-02:45',
      '2026-03-29T00:00Z',
      '2026-03-29T01:00 to 2026-03-29T01:30',
    ],
    [
      'an edge that it shows twice is the first',
      '01:00-02:30',
      '2026-10-24T22:30Z',
      '2026-10-24T23:00 to 2026-10-25T00:30',
    ],
    [
      'a stretch that it shows twice is the first',
      '02:15-02:45',
      '2026-10-25T00:50Z',
      '2026-10-26T01:15 to 2026-10-26T01:45',
    ],
    ['a stretch around it is longer', '01:00-04:00', '2026-10-24T22:30Z', '2026-10-24T23:00 to 2026-10-25T03:00'],
  ])('%s', (_, windows, at, expected) => {
    expect(berlin(windows, at)).toBe(expected);
  });

  test.each([
    ['Australia/Lord_Howe', '02:10-02:20', '2026-10-03T15:00Z', '2026-10-03T15:30 to 2026-10-03T15:40'],
    ['Australia/Lord_Howe', '01:30-02:00', '2026-04-04T15:00Z', '2026-04-04T15:00 to 2026-04-04T15:30'],
    ['Antarctica/Troll', '01:30-02:30', '2026-03-29T00:00Z', '2026-03-29T01:00 to 2026-03-29T02:00'],
    ['America/Nuuk', '23:30-00:30', '2026-03-29T00:00Z', '2026-03-29T01:00 to 2026-03-29T01:30'],
    ['America/Scoresbysund', '23:00-02:00', '2026-10-24T22:00Z', '2026-10-25T00:00 to 2026-10-25T04:00'],
    ['America/Argentina/Tucuman', '23:00-00:30', '2004-06-01T00:00Z', '2004-06-01T02:00 to 2004-06-01T04:30'],
    ['Pacific/Kwajalein', 'Fri 22:00-06:00', '1993-08-21T09:00Z', '1993-08-21T10:00 to 1993-08-21T12:00'],
  ])('in %s, %s', (zone, windows, at, expected) => {
    const schedule = scheduleOf('daily', { zone, windows: [windows] });
    expect(written(calendar.opening(schedule, Date.parse(at)))).toBe(expected);
  });

  test('a date that does not exist has no window', () => {
    const schedule = scheduleOf('daily', { zone: 'Pacific/Apia', windows: ['Fri 10:00-12:00', '2011-12-30'] });
    expect(written(calendar.opening(schedule, Date.parse('2011-12-29T00:00Z')))).toBe(
      '2012-01-05T20:00 to 2012-01-05T22:00',
    );
  });
});

describe('a run starts', () => {
  const start = (phrase: string, limits: Limits, at: string, job = 'documents', host = 'here') => {
    const schedule = scheduleOf(phrase, limits);
    const slot = calendar.next(schedule, Date.parse(at) - 1);
    const starts = slot && calendar.startOf(schedule, slot, job, host);
    return starts === undefined ? undefined : new Date(starts).toISOString();
  };
  const seconds = (iso: string | undefined) => Date.parse(iso ?? '') / 1000;

  test('at its slot', () => {
    expect(start('daily at 02:00', {}, '2026-03-01T02:00Z')).toBe('2026-03-01T02:00:00.000Z');
  });

  test('at the opening that its slot has to wait for', () => {
    expect(start('daily at 00:30', { windows: ['01:00-06:00'] }, '2026-03-01T00:30Z')).toBe('2026-03-01T01:00:00.000Z');
  });

  test('never, if nothing opens', () => {
    expect(start('daily', { windows: ['2026-01-01'] }, '2026-03-01T00:30Z')).toBeUndefined();
  });

  test('later by its jitter, another for each job, host and schedule, the same every time', () => {
    const jittered = (job: string, host: string, phrase = 'daily at 02:00') =>
      start(phrase, { jitterMs: 3_600_000 }, '2026-03-01T02:00Z', job, host);
    const found = [jittered('a', 'x'), jittered('b', 'x'), jittered('a', 'y'), jittered('a', 'x', '0 2 * * *')];
    expect(new Set(found).size).toBe(4);
    expect(jittered('a', 'x')).toBe(found[0]);
    for (const one of found) expect(one).toMatch(/T02:\d\d:\d\d\.000Z|T03:00:00\.000Z/);
  });

  test('inside of the opening, however long its jitter', () => {
    const limits = { windows: ['01:00-02:10'], jitterMs: 4 * 3_600_000 };
    const found = Array.from({ length: 200 }, (_, job) =>
      start('daily at 02:00', limits, '2026-03-01T02:00Z', `${job}`),
    );
    expect(Math.min(...found.map(seconds))).toBeGreaterThanOrEqual(seconds('2026-03-01T02:00Z'));
    expect(Math.max(...found.map(seconds))).toBeLessThan(seconds('2026-03-01T02:10Z'));
    expect(new Set(found).size).toBeGreaterThan(100);
  });

  test('spread from the opening on, if all slots come before', () => {
    const limits = { windows: ['01:00-06:00'], jitterMs: 600_000 };
    const found = Array.from({ length: 600 }, (_, job) => start('daily', limits, '2026-03-01T00:00Z', `${job}`));
    const minutes = found.map((one) => Math.floor((seconds(one) - seconds('2026-03-01T01:00Z')) / 60));
    for (let minute = 0; minute < 10; minute += 1) {
      expect(minutes.filter((one) => one === minute).length).toBeGreaterThan(30);
    }
  });
});

test('between gives the newest slots and counts the rest', () => {
  const schedule = calendar.parse('hourly', 'UTC');
  const from = Date.parse('2026-03-01T00:00Z');
  const hour = 3_600_000;
  const at = (slots: readonly { readonly at: number }[]) => slots.map((slot) => (slot.at - from) / hour);
  const all = calendar.between(schedule, from, from + 3 * hour, 10);
  expect(all.left).toBeUndefined();
  expect(at(all.slots)).toEqual([1, 2, 3]);
  const some = calendar.between(schedule, from, from + 24.5 * hour, 2);
  expect(at(some.slots)).toEqual([23, 24]);
  expect(some.left).toEqual({ count: 22, first: from + hour });
  const none = calendar.between(schedule, from, from + 3 * hour, 0);
  expect(none).toEqual({ slots: [], left: { count: 3, first: from + hour } });
  expect(calendar.between(schedule, from, from + hour - 1, 5)).toEqual({ slots: [], left: undefined });
  expect(calendar.between(schedule, from, from - hour, 5)).toEqual({ slots: [], left: undefined });
  const interval = calendar.between(calendar.parse('every 6h', 'UTC'), from, from + 24 * hour, 1);
  expect(at(interval.slots)).toEqual([24]);
  expect(interval.left).toEqual({ count: 3, first: from + 6 * hour });
  expect(calendar.between(calendar.parse('manual', 'UTC'), from, from + hour, 5)).toEqual({
    slots: [],
    left: undefined,
  });
});
