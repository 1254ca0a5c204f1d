import { expect, it } from 'vitest';
import type { Progress } from '@umbracore/contracts';
import { BarMeter, readBar } from './bars.ts';

it.each([
  ['[0:03] 55.00%  11 / 20 packs', { done: 11, total: 20, what: 'packs' }],
  ['\u001B[2K[1:02:03] 0.00%  0 / 10 packs copied', { done: 0, total: 10, what: 'packs copied' }],
  ['[0:00] 100.00%  2 / 2 old indexes deleted', { done: 2, total: 2, what: 'old indexes deleted' }],
])('reads %j', (line, bar) => {
  expect(readBar(line)).toEqual(bar);
});

it.each(['', 'load indexes', 'to repack:            23 blobs / 33.378 MiB', '[0:00] 3 files'])(
  'is no bar: %j',
  (line) => {
    expect(readBar(line)).toBeUndefined();
  },
);

it('counts what was done over all stages, and knows a percentage of the long one only', () => {
  const reports: Progress[] = [];
  const meter = new BarMeter('verifying', (progress) => reports.push(progress), 'packs');
  meter.start();
  const lines = [
    '[0:00] 50.00%  1 / 2 snapshots',
    '[0:00] 100.00%  2 / 2 snapshots',
    '[0:01] 25.00%  1 / 4 packs',
    '[0:02] 75.00%  3 / 4 packs',
  ];
  expect(lines.map((line) => meter.read(line))).toEqual([true, true, true, true]);
  expect(meter.read('no errors were found')).toBe(false);
  meter.finish();
  expect(reports.map(({ filesProcessed, percentage }) => [filesProcessed, percentage])).toEqual([
    [0, undefined],
    [1, undefined],
    [2, undefined],
    [3, 25],
    [5, 75],
    [5, 100],
  ]);
  expect(reports.at(-1)?.phase).toBe('done');
});

it('sees a stage of the same name begin again, as a copy of several snapshots does', () => {
  const reports: number[] = [];
  const meter = new BarMeter('uploading', ({ filesProcessed }) => reports.push(filesProcessed));
  for (const done of [1, 10, 0, 4]) meter.read(`[0:00] ${done * 10}.00%  ${done} / 10 packs copied`);
  expect(reports).toEqual([1, 10, 10, 14]);
});
