import type { CheckJobDefinition, RunRecord } from '@umbracore/contracts';
import { aCheckJob, aRun } from '@umbracore/testkit';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { behind, isEngineDue, paceOf, partsOf } from './check-pace.ts';

const day = 86_400_000;
const now = 20_000 * day;
const gibibyte = 1024 ** 3;
const readAll = { withinMs: 30 * day, bytesPerDay: 2 * gibibyte, engineEveryMs: 7 * day };
const job = (change: Partial<CheckJobDefinition> = {}): CheckJobDefinition => aCheckJob({ readAll, ...change });

const check = (daysAgo: number, engine: boolean, sound = true): RunRecord =>
  aRun({
    state: sound ? 'succeeded' : 'failed',
    startedAt: now - daysAgo * day,
    report: { kind: 'check', sound, problems: [], advice: [], part: null, engine },
  });

test('a job reads at its pace, and one without only what is new', () => {
  expect(paceOf(job(), day)).toEqual({ withinMs: 30 * day, atMostBytes: 2 * gibibyte, everyMs: day });
  expect(paceOf(aCheckJob(), day)).toBe('new');
});

test.each([
  ['it never ran', [], true],
  ['its last check is young', [check(1, false), check(6, true)], false],
  ['its last check is as old as it may be', [check(1, false), check(7, true)], true],
  ['its last check cannot be found any more', [check(1, false)], true],
  ['damage was found', [check(1, true, false)], true],
  [
    'the last run was before it had a pace',
    [{ ...check(1, true), report: { ...check(1, true).report, engine: undefined } }],
    false,
  ],
  ['a clock was in the future', [check(1, false), check(-400, true)], true],
] as const)('the engine has its turn or not when %s', (_, runs, due) => {
  expect(isEngineDue(job(), runs as readonly RunRecord[], now)).toBe(due);
});

test('the engine has its turn always in a job without a pace', () => {
  expect(isEngineDue(aCheckJob(), [check(0, true)], now)).toBe(true);
});

describe('parts of an engine that alone can read', () => {
  test.each([
    ['a little, every day', 10, day, null, 29, true],
    ['as much as the budget allows', 58, day, null, 29, true],
    ['more than the budget allows', 80, day, null, 40, false],
    ['every week', 4, 7 * day, null, 3, true],
    ['every week, and too much', 10, 7 * day, null, 5, false],
    ['more than there are parts', 2000, day, null, 256, false],
    ['parts that will still do', 59, day, { part: 2, of: 32 }, 32, false],
    ['parts that are too large by now', 80, day, { part: 2, of: 32 }, 40, false],
  ])('of %s', (_, size, everyMs, last, of, keeps) => {
    const parts = partsOf(readAll, size * gibibyte, everyMs, last);
    expect({ of: parts.of, keeps: parts.outlook.keeps }).toEqual({ of, keeps });
  });

  test('are within the budget, and in time whenever that is said', () => {
    const terms = fc.record({
      withinMs: fc.integer({ min: 2, max: 90 }).map((days) => days * day),
      bytesPerDay: fc.integer({ min: 1, max: 100 }),
      engineEveryMs: fc.constant(day),
    });
    const last = fc.option(fc.integer({ min: 1, max: 256 }).map((of) => ({ part: 1, of })));
    fc.assert(
      fc.property(
        terms,
        fc.nat(3000),
        fc.constantFrom(day, 2 * day, 7 * day),
        last,
        (wanted, bytes, everyMs, before) => {
          const { of, outlook } = partsOf(wanted, bytes, everyMs, before);
          expect(of >= 1 && of <= 256).toBe(true);
          expect(bytes / of <= wanted.bytesPerDay || of === 256).toBe(true);
          expect(!outlook.keeps || of * everyMs <= wanted.withinMs).toBe(true);
        },
      ),
    );
  });
});

test.each([
  ['there is no pace', aCheckJob(), { keeps: false, overdueBytes: 1, neededBytes: 1 }, undefined],
  ['nothing is known', job(), null, undefined],
  ['all is well', job(), { keeps: true, overdueBytes: 0, neededBytes: 1 }, undefined],
  [
    'the budget is too small',
    job(),
    { keeps: false, overdueBytes: 0, neededBytes: 3.25 * gibibyte },
    '2 GiB a day are not enough to read everything within 30 days: 3.3 GiB a day are needed',
  ],
  [
    'something is late, and will be read',
    job(),
    { keeps: true, overdueBytes: 5 * 1024 ** 2, neededBytes: 1 },
    'Not everything was read within 30 days: 5 MiB were not read for longer than that; the rest will be in time',
  ],
])('it is said when %s', (_, of, outlook, message) => {
  expect(behind(of, outlook)?.message).toBe(message);
});
