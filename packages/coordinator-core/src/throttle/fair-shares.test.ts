import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { fairShares } from './fair-shares.ts';

const wants = fc.array(fc.option(fc.integer({ min: 0, max: 1_000_000 }), { nil: undefined }), {
  minLength: 1,
  maxLength: 20,
});

test.each([
  [12, [undefined, undefined, undefined], [4, 4, 4]],
  [12, [2, undefined, undefined], [2, 5, 5]],
  [12, [1, 2, 3], [1, 2, 3]],
  [12, [undefined, 6, 3], [4.5, 4.5, 3]],
])('%d for %j', (total, all, shares) => {
  expect(fairShares(total, all)).toEqual(shares);
});

test('nothing is given twice, nobody gets more than he wants, and who gets less gets no less than anybody else', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), wants, (total, all) => {
      const shares = fairShares(total, all);
      const given = shares.reduce((sum, share) => sum + share, 0);
      const wanted = all.reduce<number>((sum, want) => sum + (want ?? total), 0);
      expect(given).toBeCloseTo(Math.min(total, wanted), 3);
      const most = Math.max(...shares);
      const unfair = shares.filter((share, index) => {
        const want = all[index] ?? Infinity;
        return share > want || (share < want - 1e-6 && share < most - 1e-6);
      });
      expect(unfair).toEqual([]);
    }),
    { seed: 27 },
  );
});
