import { expect, test } from 'vitest';
import { slopeOf } from './slope.mjs';

const minute = 60_000;

/** A sample every five seconds for half an hour. */
const samples = (valueAt) => Array.from({ length: 360 }, (_, n) => ({ atMs: n * 5000, value: valueAt(n * 5000, n) }));

/** The same in every run. */
function noise(n) {
  const mixed = Math.imul(n + 1, 0x9e3779b1) ^ (Math.imul(n + 7, 0x85ebca6b) >>> 13);
  return ((mixed >>> 0) / 2 ** 32) * 2 - 1;
}

test('what grows by a line grows so', () => {
  const slope = slopeOf(
    samples((atMs) => 100 + (12 * atMs) / 3_600_000),
    minute,
  );
  expect(slope.perHour).toBeCloseTo(12, 5);
  expect(slope.low).toBeGreaterThan(11);
});

test('a leak is seen through the teeth of the collector and some noise', () => {
  const { low, high } = slopeOf(
    samples((atMs, n) => 80 + (20 * atMs) / 3_600_000 + (n % 11) * 3 + noise(n)),
    minute,
  );
  expect(low).toBeGreaterThan(0);
  expect(high).toBeGreaterThan(15);
});

test('noise and teeth alone are no growth', () => {
  const { low, high } = slopeOf(
    samples((_, n) => 80 + (n % 11) * 3 + noise(n) * 4),
    minute,
  );
  expect(low).toBeLessThan(0);
  expect(high).toBeGreaterThan(0);
});

test('a slow swing, whose neighbours are alike, is not taken for many witnesses', () => {
  const swing = samples((atMs) => 80 + 5 * Math.sin(atMs / (10 * minute)));
  const { low, high } = slopeOf(swing, minute);
  expect(high - low).toBeGreaterThan(5);
});

test('nothing is said of too little', () => {
  expect(() => slopeOf(samples(() => 1).slice(0, 12), minute)).toThrow('too few');
});
