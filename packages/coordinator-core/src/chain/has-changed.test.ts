import type { RunRecord } from '@umbracore/contracts';
import { aCheckJob, aCommandJob, aCopyJob, aForgetJob, aJob, aPlan, aRun } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { hasChanged } from './has-changed.ts';

const stats = (filesNew: number, filesChanged: number): NonNullable<RunRecord['stats']> => ({
  filesNew,
  filesChanged,
  filesUnmodified: 1,
  filesProcessed: 1,
  bytesProcessed: 1,
  bytesAdded: 0,
  bytesStored: undefined,
  durationMs: 1,
});
const of = (job: Parameters<typeof aPlan>[0]): Partial<RunRecord> => ({ plan: aPlan(job) });

test.each<[string, Partial<RunRecord>, boolean]>([
  ['a backup with a new file', { stats: stats(1, 0) }, true],
  ['a backup with a changed file', { stats: stats(0, 1) }, true],
  ['a backup of nothing new', { stats: stats(0, 0), snapshot: 'abc' }, false],
  ['a backup of which only the snapshot is known', { snapshot: 'abc' }, true],
  ['a backup without any', {}, false],
  ['a failed one', { state: 'failed', stats: stats(1, 1) }, false],
  ['a dry run', { stats: stats(1, 1), ...of({ job: aJob(), options: { dryRun: true } }) }, false],
  ['a warning', { state: 'warning', stats: stats(1, 1) }, true],
  ['a copy', { report: { kind: 'copy', copied: ['abc'] }, ...of({ job: aCopyJob() }) }, true],
  ['a copy of nothing', { report: { kind: 'copy', copied: [] }, ...of({ job: aCopyJob() }) }, false],
  ['a forget', { report: { kind: 'forget', removed: ['abc'], kept: 1 }, ...of({ job: aForgetJob() }) }, true],
  ['a forget of nothing', { report: { kind: 'forget', removed: [], kept: 1 }, ...of({ job: aForgetJob() }) }, false],
  ['a check', of({ job: aCheckJob() }), false],
  ['a command, for nobody can tell', of({ job: aCommandJob(), repository: null }), true],
])('%s', (_, overrides, changed) => {
  expect(hasChanged(aRun({ state: 'succeeded', ...overrides }))).toBe(changed);
});
