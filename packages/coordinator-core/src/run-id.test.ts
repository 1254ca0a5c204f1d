import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { newRunId } from './run-id.ts';

const instants = fc.integer({ min: 0, max: 2 ** 48 });
const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

test('has the form that the contract gives it', () => {
  fc.assert(
    fc.property(instants, chance, (now, random) => {
      expect(newRunId(now, () => random)).toMatch(/^r-[0-9A-HJKMNP-TV-Z]{16}$/);
    }),
  );
});

test('sorts by time, whatever chance does', () => {
  fc.assert(
    fc.property(instants, instants, chance, chance, (a, b, x, y) => {
      fc.pre(a < b);
      expect(newRunId(a, () => x) < newRunId(b, () => y)).toBe(true);
    }),
  );
});

test('differs within a millisecond', () => {
  const ids = new Set(Array.from({ length: 100 }, () => newRunId(1, Math.random)));
  expect(ids.size).toBe(100);
});
