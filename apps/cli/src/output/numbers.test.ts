import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatDuration, parseDuration } from './durations.ts';
import { formatCount, formatQuantity, formatShare, formatSize, parseSize, parseSizeRange } from './sizes.ts';

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.0 KiB'],
  [412 * 1024 ** 2, '412 MiB'],
  [48.1 * 1024 ** 3, '48.1 GiB'],
  [1024 ** 2 - 1, '1.0 MiB'],
  [-2048, '-2.0 KiB'],
])('%d bytes read %s', (bytes, text) => expect(formatSize(bytes)).toBe(text));

test('a size never shows four digits before its unit, but for bytes', () => {
  fc.assert(
    fc.property(fc.nat(2 ** 50), (bytes) => {
      expect(formatSize(bytes)).toMatch(/^(?:\d{1,4} B|\d{1,3}(?:\.\d)? [KMGTP]iB|10[012]\d [KMGTP]iB)$/);
    }),
  );
});

test('a share has one unit', () => expect(formatShare(29.8 * 1024 ** 3, 48.1 * 1024 ** 3)).toBe('29.8/48.1 GiB'));

test.each([
  ['10MiB/s', 10 * 1024 ** 2],
  ['500K', 500 * 1024],
  ['1.5 GiB', 1.5 * 1024 ** 3],
  ['42', 42],
  ['', undefined],
  ['fast', undefined],
  ['-1M', undefined],
])('%s is %s bytes', (text, bytes) => expect(parseSize(text)).toBe(bytes));

test.each([
  ['>10M', { least: 10 * 1024 ** 2 + 1, most: Infinity }],
  ['<1k', { least: 0, most: 1023 }],
  ['1M-2M', { least: 1024 ** 2, most: 2 * 1024 ** 2 }],
  ['7', { least: 7, most: 7 }],
  ['>1M-2M', undefined],
  ['1M-', undefined],
  ['>', undefined],
])('%s is a range of sizes', (text, range) => expect(parseSizeRange(text)).toEqual(range));

test('counts are grouped, nouns agree', () => {
  expect(formatCount(1_182_04)).toBe('118,204');
  expect(formatCount(1_000_000)).toBe('1,000,000');
  expect(formatQuantity(1, 'file')).toBe('1 file');
  expect(formatQuantity(2, 'repository', 'repositories')).toBe('2 repositories');
});

test.each([
  [80, '80 ms'],
  [1400, '1.4 s'],
  [9949, '9.9 s'],
  [9950, '10 s'],
  [59_600, '1 min'],
  [552_000, '9 min 12 s'],
  [2_463_000, '41 min 3 s'],
  [3_600_000, '1 h'],
  [273_600_000, '3 days 4 h'],
  [90_000_000, '1 day 1 h'],
])('%d ms read %s', (ms, text) => expect(formatDuration(ms)).toBe(text));

test.each([
  ['90s', 90_000],
  ['36h', 129_600_000],
  ['1.5d', 129_600_000],
  ['soon', undefined],
])('%s is %s ms', (text, ms) => expect(parseDuration(text)).toBe(ms));
