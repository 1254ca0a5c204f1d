import { expect, test } from 'vitest';
import { upstreamText } from './show-status.ts';

test.each([
  ['one job', { enabled: true, nextRun: null, after: ['documents'] }, 'after documents'],
  ['several', { enabled: true, nextRun: null, after: ['documents', 'mail', 'music'] }, 'after documents and 2 more'],
  ['nothing', { enabled: true, nextRun: null, after: [] }, undefined],
  ['a clock as well', { enabled: true, nextRun: '2026-11-23T02:00:00+00:00', after: ['documents'] }, undefined],
  ['nothing any more, for it is disabled', { enabled: false, nextRun: null, after: ['documents'] }, undefined],
])('what a job waits for: %s', (_, status, text) => {
  expect(upstreamText(status)).toBe(text);
});
