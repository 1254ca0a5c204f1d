import type { DrillFailure, DrilledSnapshot, DrillReport } from '@umbracore/contracts';
import { aDrillReport } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { judgeDrill } from './drill-verdict.ts';

const tried: DrilledSnapshot = {
  job: 'documents',
  snapshot: 's',
  files: 1,
  proven: 1,
  bytes: 1,
  totalBytes: 1,
  recoveryMs: null,
  paths: [],
};
const failure = (problem: DrillFailure['problem']): DrillFailure => ({
  job: 'documents',
  snapshot: 's',
  path: '/a',
  problem,
  reason: 'why',
});
const failed = (...problems: readonly DrillFailure['problem'][]): Partial<DrillReport> => ({
  failures: problems.map(failure),
  failureCount: problems.length,
});

const told = (pattern: RegExp): object => ({ suspicions: [expect.stringMatching(pattern)] });

test.each<[string, Partial<DrillReport>, object, string, object]>([
  ['all proven', {}, {}, 'succeeded', { error: null, suspicions: [] }],
  ['some not compared', { files: 2, notCompared: 1 }, {}, 'succeeded', { suspicions: [] }],
  ['none compared', { bySource: 0, notCompared: 1 }, {}, 'warning', told(/nothing to compare/)],
  ['dry', { bySource: 0, notCompared: 0 }, { isDry: true }, 'succeeded', {}],
  ['no snapshot', { snapshots: [], files: 0 }, {}, 'warning', told(/no snapshot that could be tried/)],
  ['no file', { files: 0, leftOut: { tooLarge: 3, oddNames: 1 } }, {}, 'warning', told(/3 too large, 1 with/)],
  ['a job without', {}, { without: ['music'] }, 'warning', told(/no snapshot of music/)],
  [
    'one lost',
    failed('differs', 'not-restored'),
    {},
    'failed',
    { error: { code: 'verify.damage', exitCode: 20, hint: expect.stringMatching(/umbra repo repair main$/) } },
  ],
  ['one differs', failed('absent', 'differs'), {}, 'failed', { error: { code: 'restore.differs', exitCode: 22 } }],
  ['one cut off', failed('truncated'), {}, 'failed', { error: { code: 'restore.differs' } }],
  ['a canary is gone', failed('absent'), {}, 'failed', { error: { code: 'restore.incomplete', exitCode: 1 } }],
])('%s', (_, change, setting, outcome, expected) => {
  const report = aDrillReport({ snapshots: [tried], ...change });
  const end = judgeDrill(report, {
    repository: 'main',
    mend: 'umbra repo repair main',
    without: [],
    isDry: false,
    ...setting,
  });
  expect(end).toMatchObject({ outcome, report, ...expected });
});
