import type { Progress } from '@umbracore/contracts';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { progressMeter } from './progress-meter.ts';

const at = (bytesProcessed: number, percentage?: number): Progress => ({
  phase: 'uploading',
  percentage,
  filesProcessed: 0,
  filesTotal: undefined,
  bytesProcessed,
  bytesTotal: 10_000,
  currentFiles: [],
  errorCount: 0,
});

test('nothing is known at first', () => {
  expect(progressMeter()(at(0), 0)).toMatchObject({
    percentage: undefined,
    bytesPerSecond: undefined,
    etaSeconds: undefined,
  });
});

test('speed and time left follow from the course', () => {
  const meter = progressMeter();
  meter(at(0), 0);
  expect(meter(at(1000), 1000)).toMatchObject({ bytesPerSecond: 1000, etaSeconds: undefined });
  expect(meter(at(4000), 4000)).toMatchObject({ bytesPerSecond: 1000, etaSeconds: 6 });
});

test('the speed forgets what is more than some seconds ago', () => {
  const meter = progressMeter();
  for (let second = 0; second <= 20; second += 1) meter(at(second * 100), second * 1000);
  for (let second = 21; second <= 40; second += 1) meter(at(2000 + (second - 20) * 10), second * 1000);
  expect(meter(at(2210), 41_000).bytesPerSecond).toBeCloseTo(10);
});

test('when nothing moves there is no time left to tell', () => {
  const meter = progressMeter();
  meter(at(500), 0);
  expect(meter(at(500), 60_000)).toMatchObject({ bytesPerSecond: 0, etaSeconds: undefined });
});

test('the percentage never goes down, never leaves 0 to 100, and is not made up', () => {
  const percentages = fc.array(fc.option(fc.double({ min: -10, max: 200, noNaN: true }), { nil: undefined }));
  fc.assert(
    fc.property(percentages, (given) => {
      const meter = progressMeter();
      let before: number | undefined;
      for (const [index, percentage] of given.entries()) {
        const { percentage: shown } = meter(at(index, percentage), index * 100);
        expect(shown === undefined).toBe(before === undefined && percentage === undefined);
        expect(shown ?? 0).toBeGreaterThanOrEqual(before ?? 0);
        expect(shown ?? 0).toBeLessThanOrEqual(100);
        before = shown;
      }
    }),
  );
});
