import type { AccountedEnd, BackupJobDefinition, Schedule } from '@umbracore/contracts';
import { aJob } from '@umbracore/testkit';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { catchUp, daily, every, intervalCalendar } from '../../test/interval-calendar.ts';
import { accountSlots } from './account-slots.ts';
import type { SlotQuestion } from './account-slots.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const midnight = Date.UTC(2026, 0, 5);

const jobOf = (schedules: readonly Schedule[], rest: Partial<BackupJobDefinition> = {}) => aJob({ schedules, ...rest });

function account(
  schedules: readonly Schedule[],
  cursor: number | undefined,
  now: number,
  rest: Partial<BackupJobDefinition> & Partial<SlotQuestion> = {},
) {
  const { also, recorded, ...job } = rest;
  const question = { now, calendar: intervalCalendar, host: 'here', also, recorded };
  const { until, slots } = accountSlots(jobOf(schedules, job), cursor, question);
  return { until, slots: slots.map(({ key, at, trigger, end }) => [hoursOf(at), told(end) ?? trigger, key] as const) };
}

const hoursOf = (at: number): number => (at - midnight) / hour;
const told = (end: AccountedEnd | undefined): string | undefined =>
  end && `${end.outcome} ${end.because.code} +${end.because.alsoStandsFor?.count ?? 0}`;

/** Hours after midnight, and what became of the slots. */
function fates(...question: Parameters<typeof account>): readonly (readonly [number, string])[] {
  return account(...question).slots.map(([at, fate]) => [at, fate]);
}

const at = (hours: number, ms = 0): number => midnight + hours * hour + ms;

describe('what is due', () => {
  test('a job that is seen for the first time owes nothing', () => {
    expect(account([every(hour)], undefined, at(3))).toEqual({ until: at(3), slots: [] });
  });

  test.each([
    ['nothing', at(1), at(1, 59 * minute), []],
    ['the slot of this very moment', at(1), at(2), [[2, 'schedule']]],
    ['the slot of a moment ago', at(1), at(2, 30 * second), [[2, 'schedule']]],
    ['a slot that nobody was there for', at(1), at(2, 2 * minute), [[2, 'catch-up']]],
    [
      'a missed stretch, one record',
      at(0),
      at(5, 2 * minute),
      [
        [4, 'missed catch-up +3'],
        [5, 'catch-up'],
      ],
    ],
    [
      'a missed stretch, and one on time',
      at(0),
      at(5),
      [
        [4, 'missed catch-up +3'],
        [5, 'schedule'],
      ],
    ],
  ])('%s', (_, cursor, now, expected) => {
    expect(fates([every(hour)], cursor, now)).toEqual(expected);
  });

  test('names the first slot of a missed stretch', () => {
    const question = { now: at(5, hour / 2), calendar: intervalCalendar, host: 'here' };
    const { slots } = accountSlots(jobOf([every(hour)]), at(0), question);
    expect(slots[0]?.end?.because.alsoStandsFor).toEqual({ count: 3, first: at(1) });
  });

  test('a disabled job lets its slots go by', () => {
    expect(account([every(hour)], at(0), at(5), { enabled: false })).toEqual({ until: at(5), slots: [] });
  });

  test('of several schedules the newest slot is started, and every slot has its record', () => {
    expect(fates([every(hour), every(2 * hour)], at(1), at(2))).toEqual([
      [2, 'skipped superseded +0'],
      [2, 'schedule'],
    ]);
    expect(account([every(hour), every(3 * hour)], at(1), at(3)).slots).toEqual([
      [2, 'missed catch-up +0', `${at(2)}/${hour}`],
      [3, 'skipped superseded +0', `${at(3)}/${hour}`],
      [3, 'schedule', `${at(3)}/${3 * hour}`],
    ]);
  });

  test('what is due for another reason counts like a slot', () => {
    const also = [{ key: 'after/r-1', at: at(1, minute), trigger: 'chain', end: undefined }] as const;
    expect(fates([every(hour)], at(0), at(1, minute), { also })).toEqual([
      [1, 'skipped superseded +0'],
      [1 + 1 / 60, 'chain'],
    ]);
  });

  test('what is due for one repository takes the place of nothing that is due for another one', () => {
    const slotFor = (repository: string) =>
      ({ key: repository, at: at(2), trigger: 'schedule', repository, end: undefined }) as const;
    expect(account([], at(0), at(2), { also: [slotFor('a'), slotFor('b')] }).slots).toEqual([
      [2, 'schedule', 'a'],
      [2, 'schedule', 'b'],
    ]);
    expect(account([every(hour)], at(0), at(2), { also: [slotFor('a')] }).slots.map(([, fate]) => fate)).toEqual([
      'missed catch-up +0',
      'schedule',
      'schedule',
    ]);
  });
});

describe('catching up', () => {
  test.each([
    [
      'all of them, but no more than so many',
      catchUp('run-all', 2),
      [
        [3, 'missed catch-up +2'],
        [4, 'catch-up'],
        [5, 'catch-up'],
      ],
    ],
    ['all of them', catchUp('run-all', 9), [1, 2, 3, 4, 5].map((slot) => [slot, 'catch-up'])],
    ['none', catchUp('skip'), [[5, 'missed catch-up +4']]],
    ['none that is too long ago', catchUp('run-once', 1, 5 * minute), [[5, 'missed catch-up +4']]],
    [
      'all that are not too long ago',
      catchUp('run-all', 9, 2 * hour),
      [
        [3, 'missed catch-up +2'],
        [4, 'catch-up'],
        [5, 'catch-up'],
      ],
    ],
  ])('%s', (_, rule, expected) => {
    expect(fates([every(hour, rule)], at(0), at(5, 10 * minute))).toEqual(expected);
  });

  test('what is on time is started whatever the rule', () => {
    expect(fates([every(hour, catchUp('skip'))], at(0), at(5))).toEqual([
      [4, 'missed catch-up +3'],
      [5, 'schedule'],
    ]);
  });

  test('years are counted, not walked through', () => {
    const question = { now: at(0, hour / 2), calendar: intervalCalendar, host: 'here' };
    const { slots } = accountSlots(jobOf([every(minute, catchUp('run-all', 2))]), at(-24 * 365 * 20), question);
    expect(slots).toHaveLength(3);
    expect(slots[0]?.end?.because.alsoStandsFor?.count).toBe(20 * 365 * 24 * 60 + 30 - 3);
  });
});

describe('windows', () => {
  const night = every(hour, { windows: [daily(22, 6)] });

  test('a slot outside moves into the next window, unless the next slot does so as well', () => {
    expect(fates([night], at(5), at(22))).toEqual([
      [21, 'missed window +15'],
      [22, 'schedule'],
    ]);
    const once = every(day, { windows: [daily(3, 6)] });
    expect(fates([once], at(-1), at(3))).toEqual([[0, 'schedule']]);
  });

  test('it does not matter when the slots are looked at', () => {
    expect(fates([night], at(5), at(6, minute))).toEqual([[6, 'missed window +0']]);
    expect(fates([every(day, { windows: [daily(3, 6)] })], at(-1), at(1))).toEqual([[0, 'schedule']]);
  });

  test('a slot that nobody was there for is given up when the next one comes before the window', () => {
    expect(fates([night], at(0), at(12))).toEqual([
      [5, 'missed superseded +4'],
      [12, 'missed window +6'],
    ]);
    const rare = every(2 * day, { windows: [daily(0, 1)] });
    const zero = Math.floor(midnight / (2 * day)) * 2 * day;
    expect(fates([rare], zero - 1, zero + 12 * hour)).toEqual([[hoursOf(zero), 'catch-up']]);
  });

  test('a window that never opens', () => {
    const never = every(hour, { windows: [daily(3, 4)], blackouts: [daily(0, 12), daily(12, 0)] });
    expect(fates([never], at(0), at(2))).toEqual([[2, 'missed window +1']]);
  });

  test('jitter is no move', () => {
    expect(fates([every(hour, { jitterMs: 10 * minute })], at(0), at(1, 2 * minute))).toEqual([[1, 'schedule']]);
    expect(fates([every(hour, { jitterMs: 10 * minute })], at(0), at(1, 12 * minute))).toEqual([[1, 'catch-up']]);
  });
});

describe('a clock that is set back', () => {
  test.each([
    ['by less than an interval: it is waited for', at(5, minute), at(4, 30 * minute), at(5, minute)],
    ['by one slot: the same', at(5, minute), at(3, 30 * minute + 1), at(3, 30 * minute + 1)],
    ['by a year', at(5), at(5 - 365 * 24), at(5 - 365 * 24)],
  ])('%s', (_, cursor, now, until) => {
    expect(account([every(hour)], cursor, now)).toEqual({ until, slots: [] });
  });

  test('a slot that comes once more is another pass', () => {
    const key = `${at(4)}/${hour}`;
    const keys = (recorded: readonly string[]) =>
      account([every(hour)], at(3), at(4), { recorded: new Set(recorded) }).slots.map(([, , slot]) => slot);
    expect(keys([])).toEqual([key]);
    expect(keys([key])).toEqual([`${key}~2`]);
    expect(keys([key, `${key}~2`])).toEqual([`${key}~3`]);
  });
});

test('whenever one looks, every slot is in exactly one record, and no more are started than the rule wants', () => {
  const schedule = fc
    .record({
      step: fc.constantFrom(10 * minute, hour, 5 * hour, day),
      policy: fc.constantFrom('run-once' as const, 'run-all' as const, 'skip' as const),
      atMost: fc.integer({ min: 1, max: 4 }),
      withinMs: fc.option(fc.constantFrom(minute, 3 * hour), { nil: undefined }),
      windows: fc.constantFrom([], [daily(22, 6)], [daily(1, 2)]),
      jitterMs: fc.constantFrom(0, 7 * minute),
    })
    .map(({ step, windows, jitterMs, ...rule }) => every(step, { catchUp: rule, windows, jitterMs }));
  const gaps = fc.array(fc.oneof(fc.nat({ max: 2 * hour }), fc.nat({ max: 10 * day })), {
    minLength: 1,
    maxLength: 12,
  });
  fc.assert(
    fc.property(schedule, gaps, (schedule, gaps) => {
      let cursor = midnight;
      let counted = 0;
      const keys = new Set<string>();
      for (const gap of gaps) {
        const now = cursor + gap;
        const question = { now, calendar: intervalCalendar, host: 'here' };
        const { slots } = accountSlots(jobOf([schedule]), cursor, question);
        for (const { key, at, end } of slots) {
          expect(at > cursor && at <= now).toBe(true);
          expect(keys.has(key)).toBe(false);
          keys.add(key);
          const first = end?.because.alsoStandsFor?.first ?? at;
          expect(first > cursor && first <= at).toBe(true);
          counted += 1 + (end?.because.alsoStandsFor?.count ?? 0);
        }
        const started = slots.filter(({ end }) => end === undefined).length;
        expect(started).toBeLessThanOrEqual(schedule.catchUp?.policy === 'run-all' ? schedule.catchUp.atMost : 1);
        cursor = now;
      }
      const { slots, left } = intervalCalendar.between(schedule, midnight, cursor, 1);
      expect(counted).toBe(slots.length + (left?.count ?? 0));
    }),
    { numRuns: 400 },
  );
});
