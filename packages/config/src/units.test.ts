import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatDuration, formatRate, formatSize, parseDuration, parseRate, parseSize } from './units.ts';

test.each([
  ['90s', 90_000],
  ['15m', 900_000],
  ['36h', 129_600_000],
  ['30d', 2_592_000_000],
  ['2w', 1_209_600_000],
  ['1h30m', 5_400_000],
  ['250ms', 250],
  ['0s', 0],
])('%s is %d ms', (text, durationMs) => {
  expect(parseDuration(text)).toBe(durationMs);
});

test.each(['', '5', 'm', '-5m', '1.5h', '5 m', '5M', '5m ', '9999999d', 'Infinity', '٣m'])(
  '"%s" is not a duration',
  (text) => {
    expect(() => parseDuration(text)).toThrow(expect.objectContaining({ code: 'config.invalid-value' }));
  },
);

test.each([
  ['32MiB', 33_554_432],
  ['1.5GB', 1_500_000_000],
  ['512B', 512],
  ['1kB', 1000],
  ['1KiB', 1024],
  ['2TiB', 2_199_023_255_552],
])('%s is %d bytes', (text, bytes) => {
  expect(parseSize(text)).toBe(bytes);
});

test.each(['', '5', '5 MiB', '5M', '-5MiB', '1e3MiB', '5MiB/s'])('"%s" is not a size', (text) => {
  expect(() => parseSize(text)).toThrow(expect.objectContaining({ code: 'config.invalid-value' }));
});

test('unlimited is no number, and a rate needs its second', () => {
  expect(parseRate('unlimited')).toBeUndefined();
  expect(parseRate('20MiB/s')).toBe(20_971_520);
  expect(() => parseRate('20MiB')).toThrow(expect.objectContaining({ code: 'config.invalid-value' }));
});

const upTo = (max: number): fc.Arbitrary<number> => fc.integer({ min: 0, max });

test('what is printed reads as the same again', () => {
  fc.assert(
    fc.property(upTo(999_999 * 86_400_000), (durationMs) => {
      expect(parseDuration(formatDuration(durationMs))).toBe(durationMs);
    }),
  );
  fc.assert(
    fc.property(upTo(999_999), fc.constantFrom(1, 1024, 1024 ** 2, 1024 ** 3, 1024 ** 4), (amount, unit) => {
      expect(parseSize(formatSize(amount * unit))).toBe(amount * unit);
      expect(parseRate(formatRate(amount * unit))).toBe(amount * unit);
    }),
  );
});
