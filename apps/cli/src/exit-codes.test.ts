import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { errorCatalogue } from '@umbracore/contracts';
import { exitCodeOf, worstOf } from '@umbracore/runtime/documents';
import { topics } from './help/topics.ts';

test.each([
  [[], 0],
  [[0, 3], 3],
  [[3, 75, 11], 11],
  [[1, 11], 1],
  [[4, 10], 10],
  [[12, 20, 10], 20],
  [[20, 130], 130],
  [[0, 99], 99],
])('of %j the worst is %d', (codes, worst) => expect(worstOf(codes)).toBe(worst));

test('the order of jobs does not matter, and success never hides anything', () => {
  const codes = fc.array(fc.constantFrom(0, 1, 2, 3, 4, 5, 6, 10, 11, 12, 20, 22, 75, 130, 143));
  fc.assert(
    fc.property(codes, (some) => {
      expect(worstOf(some)).toBe(worstOf([...some].reverse()));
      expect(worstOf([...some, 0])).toBe(worstOf(some));
    }),
  );
});

test('a failed run is never a success', () => {
  expect(exitCodeOf('failed', undefined)).toBe(1);
  expect(exitCodeOf('failed', 12)).toBe(12);
  expect(exitCodeOf('cancelled', undefined)).toBe(130);
  expect(exitCodeOf('warning', undefined)).toBe(3);
});

test('every code of the catalogue is in the help', () => {
  const documented = new Set(topics['exit-codes']?.match(/\d+/g)?.map(Number));
  for (const { exitCode } of Object.values(errorCatalogue)) expect(documented).toContain(exitCode);
});
