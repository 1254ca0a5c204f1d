import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Progress } from '@umbracore/contracts';
import { decodeStatus } from './decode/status.ts';
import { ProgressMeter } from './progress.ts';

function progressOf(lines: readonly Readonly<Record<string, unknown>>[]): Progress[] {
  const reports: Progress[] = [];
  const meter = new ProgressMeter('uploading', (progress) => reports.push(progress));
  for (const line of lines) {
    const status = decodeStatus({ message_type: 'status', ...line });
    if (status !== undefined) meter.update(status);
  }
  return reports;
}

describe('ProgressMeter', () => {
  it('knows no percentage while files are still being counted', () => {
    const reports = progressOf([
      { percent_done: 0.9, total_files: 1, total_bytes: 10, bytes_done: 9 },
      { percent_done: 0.1, total_files: 9, total_bytes: 100, bytes_done: 10 },
      { percent_done: 0.2, total_files: 9, total_bytes: 100, bytes_done: 20 },
      { percent_done: 0.1, total_files: 9, total_bytes: 200, bytes_done: 20, seconds_remaining: 5 },
    ]);
    expect(reports.map(({ phase, percentage, bytesTotal }) => [phase, percentage, bytesTotal])).toEqual([
      ['scanning', undefined, undefined],
      ['scanning', undefined, undefined],
      ['uploading', 20, 100],
      ['uploading', 20, 200],
    ]);
  });

  it('never goes down and stays within 0 and 100', () => {
    const status = fc.record({
      percent_done: fc.double({ min: -1, max: 2, noNaN: true }),
      total_files: fc.nat(3),
      total_bytes: fc.nat(3),
      seconds_remaining: fc.nat(2),
    });
    fc.assert(
      fc.property(fc.array(status), (lines) => {
        const known = progressOf(lines).flatMap(({ percentage }) => (percentage === undefined ? [] : [percentage]));
        expect(known).toEqual(known.toSorted((a, b) => a - b));
        for (const percentage of known) expect(percentage >= 0 && percentage <= 100).toBe(true);
      }),
    );
  });

  it('goes by an earlier run where restic does not count, and never believes it to the end', () => {
    const reports: Progress[] = [];
    const meter = new ProgressMeter('uploading', (progress) => reports.push(progress), { files: 4, bytes: 100 });
    meter.start();
    const statuses = [
      { files_done: 1, bytes_done: 50 },
      { files_done: 1, bytes_done: 40 },
      { files_done: 9, bytes_done: 300 },
    ];
    for (const line of statuses) {
      const status = decodeStatus({ message_type: 'status', percent_done: 0, ...line });
      if (status !== undefined) meter.update(status);
    }
    meter.finish({ files: 10, bytes: 310 });
    const told = reports.map(({ phase, percentage, estimated, filesTotal, bytesTotal }) =>
      [phase, percentage, estimated, filesTotal, bytesTotal].join(' '),
    );
    expect(told).toEqual([
      'uploading    ',
      'uploading 50 true 4 100',
      'uploading 50 true 4 100',
      'uploading 99 true 9 300',
      'done 100  10 310',
    ]);
  });

  it('goes by the number of files where they are all empty', () => {
    const reports: Progress[] = [];
    const meter = new ProgressMeter('uploading', (progress) => reports.push(progress), { files: 4, bytes: 0 });
    const status = decodeStatus({ message_type: 'status', percent_done: 0, files_done: 1 });
    if (status !== undefined) meter.update(status);
    expect(reports).toMatchObject([{ percentage: 25, estimated: true }]);
  });

  it('ends with everything done', () => {
    const reports: Progress[] = [];
    const meter = new ProgressMeter('uploading', (progress) => reports.push(progress));
    meter.countErrors(2);
    meter.finish({ files: 3, bytes: 30 });
    expect(reports).toMatchObject([
      { phase: 'done', percentage: 100, filesProcessed: 3, bytesTotal: 30, errorCount: 2 },
    ]);
  });
});
