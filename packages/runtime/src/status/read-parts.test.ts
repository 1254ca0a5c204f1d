import { expect, test } from 'vitest';
import type { RunRecord } from '@umbracore/contracts';
import { aRun } from '@umbracore/testkit';
import { assert, array, integer, property, record } from 'fast-check';
import { readParts, type ReadParts } from './read-parts.ts';

const day = 86_400_000;
const now = 1000 * day;

function check(part: number, of: number, ageDays: number, sound = true): RunRecord {
  const report = { kind: 'check', sound, problems: [], advice: [], part: { part, of } } as const;
  return aRun({ state: sound ? 'succeeded' : 'failed', startedAt: now - ageDays * day, report });
}

const read = (...runs: readonly RunRecord[]): ReadParts => readParts(runs, [], { withinMs: 30 * day, now });

test.each<[string, readonly RunRecord[], number, number, number | null]>([
  ['nothing', [], 0, 0, null],
  ['a quarter', [check(1, 4, 1)], 0.25, 0.25, 1],
  ['one part twice', [check(1, 4, 1), check(1, 4, 9)], 0.25, 0.25, 1],
  ['three of four parts, one long ago', [check(1, 4, 1), check(2, 4, 2), check(3, 4, 40)], 0.75, 0.5, 40],
  ['parts of several sizes, one within the other', [check(1, 2, 1), check(1, 4, 5), check(2, 4, 3)], 0.75, 0.75, 3],
  ['everything at once', [check(1, 1, 3)], 1, 1, 3],
  ['what was found damaged', [check(2, 4, 1, false)], 0, 0, null],
  ['what a wrong clock dates ahead', [check(1, 4, -2)], 0, 0, null],
])('%s was read', (_, runs, readShare, freshShare, oldestDays) => {
  const oldestAt = oldestDays === null ? null : now - oldestDays * day;
  expect(read(...runs)).toEqual({ readShare, freshShare, withinMs: 30 * day, oldestAt });
});

test('reading all by hand counts, and a sample of chance does not', () => {
  const looks = [
    { look: 'all', at: now - 3 * day },
    { look: 'some', at: now - day },
  ] as const;
  expect(readParts([], looks, { withinMs: day, now })).toMatchObject({ readShare: 1, freshShare: 0 });
});

test('a whole rotation has read everything, and one more check never makes it less', () => {
  const parts = record({
    of: integer({ min: 1, max: 256 }),
    age: integer({ min: 0, max: 60 }),
    part: integer({ min: 1 }),
  });
  assert(
    property(array(parts, { maxLength: 12 }), integer({ min: 1, max: 256 }), (some, of) => {
      const runs = some.map(({ part, of: total, age }) => check(((part - 1) % total) + 1, total, age));
      const rest = runs.slice(1);
      expect(read(...runs).freshShare).toBeGreaterThanOrEqual(read(...rest).freshShare);
      const rotation = Array.from({ length: of }, (_, part) => check(part + 1, of, 2));
      expect(read(...runs, ...rotation)).toMatchObject({ readShare: 1, freshShare: 1 });
    }),
    { seed: 7, numRuns: 60 },
  );
});
