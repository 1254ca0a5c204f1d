import { describe, expect, it } from 'vitest';
import { figuresOf } from './figures.ts';

const day = 24 * 3_600_000;
const statistics = { snapshots: 4, storedBytes: 500, uncompressedBytes: 1000, sourceBytes: 8000, unusedBytes: 50 };
const still = { bytes: 0, overMs: 0 };

describe('figuresOf', () => {
  it('gives ratios of what is known', () => {
    expect(figuresOf(statistics, still, undefined, 0)).toMatchObject({ compression: 2, deduplication: 8, unused: 0.1 });
    const bare = { snapshots: 0, storedBytes: 0, uncompressedBytes: undefined };
    const { compression, deduplication, unused, quota } = figuresOf(bare, still, undefined, 0);
    expect([compression, deduplication, unused, quota]).toEqual([undefined, undefined, undefined, undefined]);
  });

  it.each([
    // stored, quota, added in ten days: share, told of, full after days
    [500, 1000, 100, 0.5, false, 50],
    [899, 1000, 0, 0.899, false, undefined],
    [900, 1000, 0, 0.9, true, undefined],
    [1200, 1000, 10, 1.2, true, 0],
    [1, 1_000_000, 1, 0.000_001, false, undefined],
  ])('of %i bytes of %i, %i more in ten days', (storedBytes, quota, bytes, used, isTight, fullAfter) => {
    const growth = { bytes, overMs: 10 * day };
    const figures = figuresOf({ ...statistics, storedBytes }, growth, quota, 1000);
    const fullAt = fullAfter === undefined ? undefined : 1000 + fullAfter * day;
    expect(figures.quota).toEqual({ bytes: quota, used, isTight, fullAt });
  });

  it('tells no growth of less than a day', () => {
    expect(figuresOf(statistics, { bytes: 10, overMs: day - 1 }, undefined, 0).bytesPerDay).toBeUndefined();
    expect(figuresOf(statistics, { bytes: 10, overMs: 2 * day }, undefined, 0).bytesPerDay).toBe(5);
  });
});
