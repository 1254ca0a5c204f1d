import { expect, test } from 'vitest';
import { durationMs } from './duration.ts';

test.each([
  [0, 0],
  [1500, 1500],
  ['250ms', 250],
  ['30s', 30_000],
  ['1m', 60_000],
  ['1.5h', 5_400_000],
  ['2d', 172_800_000],
  [' 5 s ', 5000],
])('%j is %d ms', (duration, ms) => {
  expect(durationMs(duration)).toBe(ms);
});

test.each(['', '5', 's', '-1s', '1 fortnight', '1e3s', -1, Number.NaN, Number.POSITIVE_INFINITY])(
  '%j is refused',
  (wrong) => {
    expect(() => durationMs(wrong)).toThrow(expect.objectContaining({ code: 'usage.invalid' }));
  },
);
