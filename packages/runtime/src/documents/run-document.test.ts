import { expect, test } from 'vitest';
import { runLengthMs } from './run-document.ts';

test.each([
  { startedAt: 1000, finishedAt: 4000, length: 3000 },
  { startedAt: 1000, finishedAt: null, length: undefined },
  { startedAt: null, finishedAt: 4000, length: undefined },
  // The clock was set back in between.
  { startedAt: 4000, finishedAt: 1000, length: undefined },
])('a run from $startedAt to $finishedAt took $length', ({ length, ...run }) => {
  expect(runLengthMs(run)).toBe(length);
});
