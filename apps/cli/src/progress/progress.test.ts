import { expect, test } from 'vitest';
import type { ProgressDocument } from '@umbracore/runtime/documents';
import { plainStyle } from '../output/colour.ts';
import { asciiSigns, unicodeSigns } from '../output/signs.ts';
import { displayWidth } from '../output/width.ts';
import { barLine } from './bar-line.ts';
import { sparse } from './plain-view.ts';

const GiB = 1024 ** 3;
const progress = (change: Partial<ProgressDocument> = {}): ProgressDocument => ({
  phase: 'uploading',
  percentage: 62.9,
  estimated: false,
  filesProcessed: 118_204,
  filesTotal: 190_551,
  bytesProcessed: 29.8 * GiB,
  bytesTotal: 48.1 * GiB,
  bytesPerSecond: 9.9 * 1024 ** 2,
  eta: 1893,
  currentFiles: [],
  errorCount: 0,
  ...change,
});

test('the whole line, where there is room', () => {
  const line = barLine(progress(), 119, unicodeSigns, plainStyle);
  expect(line).toBe(
    '  uploading   ━━━━━━━━━━━━━━━━━━━━╺━━━━━━━━━━━━  62 %   29.8/48.1 GiB   9.9 MiB/s   left 31 min 33 s   118,204 files',
  );
});

test.each([30, 40, 60, 79, 100, 200])('never wider than %d columns', (width) => {
  for (const percentage of [null, 0, 50, 100]) {
    expect(displayWidth(barLine(progress({ percentage }), width, asciiSigns, plainStyle))).toBeLessThanOrEqual(width);
  }
});

test('what is unknown is left out, never made up', () => {
  const unknown = { percentage: null, bytesTotal: null, bytesPerSecond: null, eta: null };
  expect(barLine(progress(unknown), 100, unicodeSigns, plainStyle)).toBe('  uploading      29.8 GiB   118,204 files');
});

test('a share that goes by an earlier run says so', () => {
  expect(barLine(progress({ estimated: true }), 60, unicodeSigns, plainStyle)).toMatch(/ {2}~62 % {3}/);
});

test('at 100 % it says that the upload is still to be finished', () => {
  expect(barLine(progress({ percentage: 100 }), 60, unicodeSigns, plainStyle)).toContain('finishing');
});

test('off a terminal: a new phase, every 10 %, or 30 s', () => {
  const worth = sparse();
  expect(worth(progress({ percentage: 0 }), 0)).toBe(true);
  expect(worth(progress({ percentage: 9.9 }), 1000)).toBe(false);
  expect(worth(progress({ percentage: 10 }), 2000)).toBe(true);
  expect(worth(progress({ percentage: 45 }), 3000)).toBe(true);
  expect(worth(progress({ percentage: 46 }), 32_000)).toBe(false);
  expect(worth(progress({ percentage: 46 }), 33_000)).toBe(true);
  expect(worth(progress({ phase: 'verifying', percentage: 0 }), 33_100)).toBe(true);
});
