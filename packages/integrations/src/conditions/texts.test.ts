import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { durationOf, durationText } from './duration-text.ts';
import { sizeOf, sizeText } from './size-text.ts';

test.each([
  ['512B', 512],
  ['1kB', 1000],
  ['1.5GB', 1_500_000_000],
  ['20GiB', 20 * 1024 ** 3],
  ['0.001TiB', 1_099_511_628],
])('the size %s', (text, bytes) => {
  expect(sizeOf(text)).toBe(bytes);
});

test.each(['', '20', 'GiB', '20 GiB', '-1GiB', '1e3B', '20gib', '20constructor', 20, null])('%j is no size', (text) => {
  expect(sizeOf(text)).toBeUndefined();
});

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1 KiB'],
  [13_207_024_435, '12.3 GiB'],
])('%d bytes for people', (bytes, text) => {
  expect(sizeText(bytes)).toBe(text);
});

test.each([
  ['90s', 90_000],
  ['10m', 600_000],
  ['1h30m', 5_400_000],
  ['2d', 172_800_000],
  ['1w', 604_800_000],
  ['250ms', 250],
])('the duration %s', (text, durationMs) => {
  expect(durationOf(text)).toBe(durationMs);
});

test.each(['', '10', 'm', '1.5h', '10 m', '-1m', 10, null])('%j is no duration', (text) => {
  expect(durationOf(text)).toBeUndefined();
});

test.each([
  [-5, '0 s'],
  [119_999, '119 s'],
  [120_000, '2 min'],
  [7_200_000, '2 h'],
  [4 * 86_400_000, '4 days'],
])('%d ms for people', (durationMs, text) => {
  expect(durationText(durationMs)).toBe(text);
});

test('what is said about a size is within a twentieth of it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 50 }), (bytes) => {
      const said = sizeOf(sizeText(bytes).replace(' ', '')) ?? Number.NaN;
      expect(Math.abs(said - bytes)).toBeLessThanOrEqual(bytes / 20);
    }),
  );
});
