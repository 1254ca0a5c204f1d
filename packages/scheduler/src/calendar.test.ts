import type { Schedule } from '@umbracore/contracts';
import { describe, expect, test } from 'vitest';
import { calendar, timetables } from './index.ts';

const clocks = new Map<string, Intl.DateTimeFormat>();

/** What the clock of a zone shows, such as `2026-03-29 03:00`. */
function shown(at: number, zone: string): string {
  const clock =
    clocks.get(zone) ??
    new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short', hourCycle: 'h23' });
  clocks.set(zone, clock);
  return clock.format(at);
}

/** The next slots after a moment in UTC, as that zone's clock shows them; `*` marks a second pass. */
function slots(phrase: string, zone: string, after: string, count: number): string[] {
  const schedule = calendar.parse(phrase, zone);
  const found: string[] = [];
  let last = Date.parse(after);
  for (let index = 0; index < count; index += 1) {
    const slot = calendar.next(schedule, last);
    if (!slot) break;
    found.push(shown(slot.at, zone) + (slot.fold === 1 ? '*' : ''));
    last = slot.at;
  }
  return found;
}

describe('where the clock leaps or is put back', () => {
  test.each([
    [
      'daily at 02:30',
      'Europe/Berlin',
      '2026-03-28T00:00Z',
      ['2026-03-28 02:30', '2026-03-29 03:00', '2026-03-30 02:30'],
    ],
    [
      'daily at 02:30',
      'Europe/Berlin',
      '2026-10-24T00:00Z',
      ['2026-10-24 02:30', '2026-10-25 02:30', '2026-10-26 02:30'],
    ],
    ['0 2,3 * * *', 'Europe/Berlin', '2026-03-28T12:00Z', ['2026-03-29 03:00', '2026-03-30 02:00', '2026-03-30 03:00']],
    ['daily at 02:30', 'America/New_York', '2026-03-07T12:00Z', ['2026-03-08 03:00', '2026-03-09 02:30']],
    ['daily at 01:30', 'America/New_York', '2026-10-31T12:00Z', ['2026-11-01 01:30', '2026-11-02 01:30']],
    ['weekly on Sun at 02:15', 'Australia/Lord_Howe', '2026-10-03T00:00Z', ['2026-10-04 02:30', '2026-10-11 02:15']],
    ['15 2 * * *', 'Australia/Lord_Howe', '2026-10-03T00:00Z', ['2026-10-04 02:30', '2026-10-05 02:15']],
    ['daily at 01:45', 'Australia/Lord_Howe', '2026-04-04T00:00Z', ['2026-04-05 01:45', '2026-04-06 01:45']],
    ['daily at 02:00', 'Antarctica/Troll', '2026-03-28T12:00Z', ['2026-03-29 03:00', '2026-03-30 02:00']],
    ['daily at 01:30', 'Antarctica/Troll', '2026-10-24T12:00Z', ['2026-10-25 01:30', '2026-10-26 01:30']],
    ['daily at 23:30', 'America/Godthab', '2026-03-28T12:00Z', ['2026-03-29 00:00', '2026-03-29 23:30']],
    ['daily at 23:30', 'America/Nuuk', '2026-10-24T12:00Z', ['2026-10-24 23:30', '2026-10-25 23:30']],
    ['daily at 00:15', 'America/Scoresbysund', '2023-03-25T12:00Z', ['2023-03-26 01:00', '2023-03-27 00:15']],
    ['daily at 23:15', 'America/Scoresbysund', '2026-03-28T12:00Z', ['2026-03-29 00:00', '2026-03-29 23:15']],
    [
      'daily at 12:00',
      'Pacific/Apia',
      '2011-12-29T00:00Z',
      ['2011-12-29 12:00', '2011-12-31 12:00', '2012-01-01 12:00'],
    ],
    [
      'daily at 00:00',
      'Pacific/Apia',
      '2011-12-28T12:00Z',
      ['2011-12-29 00:00', '2011-12-31 00:00', '2012-01-01 00:00'],
    ],
    ['monthly on 30 at 09:00', 'Pacific/Apia', '2011-11-15T00:00Z', ['2011-11-30 09:00', '2012-01-30 09:00']],
    // Two changes within 12 days, and clocks put back from 00:01 to 23:01 the day before.
    [
      'daily at 12:00',
      'America/Argentina/Tucuman',
      '2004-06-12T15:30Z',
      ['2004-06-12 12:00', '2004-06-13 12:00', '2004-06-14 12:00'],
    ],
    // Put back at midnight, so that 23:00 to 24:00 of the day before came twice, and leapt over midnight 12 days later.
    [
      'daily at 23:30',
      'America/Argentina/Tucuman',
      '2004-05-31T12:00Z',
      ['2004-05-31 23:30', '2004-06-01 23:30', '2004-06-02 23:30'],
    ],
    [
      'daily at 00:00',
      'America/Argentina/Tucuman',
      '2004-06-12T00:00Z',
      ['2004-06-12 00:00', '2004-06-13 01:00', '2004-06-14 00:00'],
    ],
    // Another side of the date line: 21 August 1993 was left out.
    [
      'daily at 12:00',
      'Pacific/Kwajalein',
      '1993-08-20T00:00Z',
      ['1993-08-20 12:00', '1993-08-22 12:00', '1993-08-23 12:00'],
    ],
    ['weekly on Sat at 12:00', 'Pacific/Kwajalein', '1993-08-15T12:00Z', ['1993-08-28 12:00', '1993-09-04 12:00']],
    // The last clock that went by odd seconds: from 00:00:00 to 00:44:30.
    ['daily at 00:30', 'Africa/Monrovia', '1972-01-06T12:00Z', ['1972-01-07 00:45', '1972-01-08 00:30']],
    ['daily at 00:00', 'America/St_Johns', '2005-10-29T12:00Z', ['2005-10-30 00:00', '2005-10-31 00:00']],
    ['daily at 00:30', 'America/Sao_Paulo', '2018-11-03T12:00Z', ['2018-11-04 01:00', '2018-11-05 00:30']],
    ['daily at 00:00', 'Asia/Beirut', '2026-03-28T12:00Z', ['2026-03-29 01:00', '2026-03-30 00:00']],
  ])('%s in %s after %s', (phrase, zone, after, expected) => {
    expect(slots(phrase, zone, after, expected.length)).toEqual(expected);
  });

  test.each([
    [
      'hourly at :30',
      'Europe/Berlin',
      '2026-10-24T23:45Z',
      ['2026-10-25 02:30', '2026-10-25 02:30*', '2026-10-25 03:30'],
    ],
    ['hourly', 'Europe/Berlin', '2026-03-28T23:30Z', ['2026-03-29 01:00', '2026-03-29 03:00']],
    [
      '*/30 2 * * *',
      'Europe/Berlin',
      '2026-10-24T12:00Z',
      ['2026-10-25 02:00', '2026-10-25 02:30', '2026-10-25 02:00*', '2026-10-25 02:30*', '2026-10-26 02:00'],
    ],
    [
      '*/15 * * * *',
      'Australia/Lord_Howe',
      '2026-10-03T15:10Z',
      ['2026-10-04 01:45', '2026-10-04 02:30', '2026-10-04 02:45'],
    ],
    ['0 */2 * * *', 'America/New_York', '2026-03-08T05:30Z', ['2026-03-08 04:00', '2026-03-08 06:00']],
  ])('%s in %s counts what the clock shows', (phrase, zone, after, expected) => {
    expect(slots(phrase, zone, after, expected.length)).toEqual(expected);
  });
});

test('the last slot may lie on a later date than the clock shows now', () => {
  const schedule = calendar.parse('daily at 00:00', 'America/St_Johns');
  const secondPass = Date.parse('2005-10-30T03:00Z');
  expect(shown(secondPass, 'America/St_Johns')).toBe('2005-10-29 23:30');
  const slot = calendar.previous(schedule, secondPass);
  expect(new Date(slot?.at ?? 0).toISOString()).toBe('2005-10-30T02:30:00.000Z');
});

test('the rest of the minute in which a leap ends belongs to the leap', () => {
  const schedule = calendar.parse('daily at 00:30', 'Africa/Monrovia');
  const leap = Date.parse('1972-01-07T00:44:30Z');
  expect(calendar.next(schedule, leap - 1)?.at).toBe(leap + 30_000);
  expect(calendar.next(schedule, leap + 10_000)?.at).toBe(leap + 30_000);
  expect(calendar.previous(schedule, leap + 10_000)?.at).toBe(Date.parse('1972-01-06T01:14:30Z'));
  expect(calendar.previous(schedule, leap + 30_000)?.at).toBe(leap + 30_000);
});

test.each([
  ['monthly on 31', 'UTC', '2026-01-31T12:00Z', ['2026-03-31 00:00', '2026-05-31 00:00']],
  ['monthly on last', 'UTC', '2028-01-31T12:00Z', ['2028-02-29 00:00', '2028-03-31 00:00']],
  ['monthly on last Fri at 18:00', 'UTC', '2026-01-01T00:00Z', ['2026-01-30 18:00', '2026-02-27 18:00']],
  ['0 0 29 2 *', 'UTC', '2096-03-01T00:00Z', ['2104-02-29 00:00', '2108-02-29 00:00']],
  [
    '0 0 13 * 5',
    'UTC',
    '2026-02-10T00:00Z',
    ['2026-02-13 00:00', '2026-02-20 00:00', '2026-02-27 00:00', '2026-03-06 00:00', '2026-03-13 00:00'],
  ],
  ['0 0 */2 * 5', 'UTC', '2026-02-10T00:00Z', ['2026-02-13 00:00', '2026-02-27 00:00', '2026-03-13 00:00']],
  ['0 0 * * 5#2', 'UTC', '2026-02-01T00:00Z', ['2026-02-13 00:00', '2026-03-13 00:00']],
  ['0 0 * * 5L', 'UTC', '2026-02-01T00:00Z', ['2026-02-27 00:00', '2026-03-27 00:00']],
  ['0 0 L * *', 'UTC', '2026-02-01T00:00Z', ['2026-02-28 00:00', '2026-03-31 00:00']],
  ['0 0 30 2,4 *', 'UTC', '2026-01-01T00:00Z', ['2026-04-30 00:00', '2027-04-30 00:00']],
  ['0 9 ? * MON', 'UTC', '2026-02-01T00:00Z', ['2026-02-02 09:00', '2026-02-09 09:00']],
  ['0 9 * * 7', 'UTC', '2026-02-01T10:00Z', ['2026-02-08 09:00']],
])('%s in %s after %s', (phrase, zone, after, expected) => {
  expect(slots(phrase, zone, after, expected.length)).toEqual(expected);
});

test('an interval keeps its spacing through a clock change and a restart', () => {
  const schedule = calendar.parse('every 6h', 'Europe/Berlin');
  let last = Date.parse('2026-10-24T01:00Z');
  for (let index = 0; index < 20; index += 1) {
    const slot = calendar.next(schedule, last);
    expect(slot?.at).toBe((Math.floor(last / 21_600_000) + 1) * 21_600_000);
    expect(calendar.previous(schedule, (slot?.at ?? 0) + 1)).toEqual(slot);
    last = slot?.at ?? 0;
  }
});

test('manual is never due', () => {
  const schedule = calendar.parse('manual', 'UTC');
  expect(calendar.next(schedule, 0)).toBeUndefined();
  expect(calendar.previous(schedule, Date.parse('2026-01-01'))).toBeUndefined();
});

test('next is strictly after, previous is at or before', () => {
  const schedule = calendar.parse('daily at 02:00', 'UTC');
  const due = Date.parse('2026-02-01T02:00Z');
  const day = 86_400_000;
  expect(calendar.next(schedule, due - 1)?.at).toBe(due);
  expect(calendar.next(schedule, due)?.at).toBe(due + day);
  expect(calendar.previous(schedule, due)?.at).toBe(due);
  expect(calendar.previous(schedule, due - 1)?.at).toBe(due - day);
});

describe('the key of a slot', () => {
  const keyOf = (phrase: string, zone: string) =>
    calendar.next(calendar.parse(phrase, zone), Date.parse('2026-01-03T12:00Z'))?.key;

  test('stays the same when only the words change', () => {
    expect(keyOf('weekly on Mon,Sun at 4:00', 'UTC')).toBe(keyOf('sunday and monday at 04:00', 'UTC'));
    expect(keyOf('cron: 0  2 * * *', 'UTC')).toBe(keyOf('0 2 * * *', 'UTC'));
    expect(keyOf('every 6h', 'Asia/Tokyo')).toBe(keyOf('every 360m', 'UTC'));
  });

  test('changes with the recurrence and with the zone', () => {
    const keys = [
      keyOf('daily at 02:00', 'UTC'),
      keyOf('daily at 02:00', 'Africa/Abidjan'),
      keyOf('weekends at 02:00', 'UTC'),
      keyOf('0 2 * * *', 'UTC'),
    ];
    expect(new Set(keys.map((key) => key?.slice(0, 24)))).toEqual(new Set(['2026-01-04T02:00:00.000Z']));
    expect(new Set(keys).size).toBe(4);
  });

  test('tells the two passes of one wall-clock time apart', () => {
    const schedule: Schedule = calendar.parse('hourly at :30', 'Europe/Berlin');
    const first = calendar.next(schedule, Date.parse('2026-10-25T00:00Z'));
    const second = calendar.next(schedule, first?.at ?? 0);
    expect([first?.fold, second?.fold]).toEqual([0, 1]);
    expect(first?.key).not.toBe(second?.key);
  });
});

describe.each(['daily at 02:00', 'every 6h', 'cron: 0 2 * * *', 'monthly on last Fri'])('%s', (phrase) => {
  const schedule = calendar.parse(phrase, 'Europe/London');

  test.each([Number.NaN, Infinity, -Infinity])('refuses %f as a time', (at) => {
    const refused = expect.objectContaining({ code: 'usage.invalid', message: `${at} is no time` });
    expect(() => calendar.next(schedule, at)).toThrow(refused);
    expect(() => calendar.previous(schedule, at)).toThrow(refused);
    expect(() => calendar.between(schedule, at, 0, 1)).toThrow(refused);
    expect(() => calendar.between(schedule, 0, at, 1)).toThrow(refused);
    expect(() => calendar.opening(schedule, at)).toThrow(refused);
    expect(() => timetables.create('host').set('documents', [schedule], at)).toThrow(refused);
  });
});
