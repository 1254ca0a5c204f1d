import { aCopyJob, aJob, aPlan, aRun } from '@umbracore/testkit';
import type { BackupJobDefinition, RunRecord } from '@umbracore/contracts';
import { expect, test } from 'vitest';
import { expectedTotals } from './expected-totals.ts';

const stats = (files: number) => ({
  filesNew: 0,
  filesChanged: 0,
  filesUnmodified: files,
  filesProcessed: files,
  bytesProcessed: files * 10,
  bytesAdded: 0,
  bytesStored: 0,
  durationMs: 1,
});

const job = aJob({ sources: [{ path: '/data', required: true }], excludes: ['*.tmp'] });
const ran = (files: number, change: Partial<RunRecord> = {}): RunRecord =>
  aRun({ state: 'succeeded', stats: stats(files), plan: aPlan({ job }), ...change });

test('the newest good run tells how much there is', () => {
  expect(expectedTotals(job, [ran(3), ran(2)])).toEqual({ files: 3, bytes: 30 });
});

test.each<[string, readonly RunRecord[]]>([
  ['there was none', []],
  ['it kept no numbers', [ran(3, { stats: null })]],
  ['it was suspicious', [ran(3, { state: 'warning', suspicions: ['it found half of what was there'] })]],
  ['it failed', [ran(3, { state: 'failed' })]],
  ['it only tried', [ran(3, { plan: aPlan({ job, options: { dryRun: true } }) })]],
  ['the job was of another kind', [ran(3, { plan: aPlan({ job: aCopyJob({}) }) })]],
])('files are counted if %s', (_, runs) => {
  expect(expectedTotals(job, runs)).toBeUndefined();
});

test('what is no good run is passed over', () => {
  expect(expectedTotals(job, [ran(3, { stats: null }), ran(2)])).toEqual({ files: 2, bytes: 20 });
});

test.each<[string, Partial<BackupJobDefinition>]>([
  ['it is asked for', { scan: 'always' }],
  ['a source came', { sources: [...job.sources, { path: '/more', required: true }] }],
  ['less is left out', { excludes: [] }],
  ['folders are left out by what is in them', { excludeIfPresent: ['.nobackup'] }],
  ['caches are left out', { excludeCaches: true }],
  ['other file systems are left out', { oneFileSystem: true }],
])('files are counted if %s', (_, change) => {
  expect(expectedTotals({ ...job, ...change }, [ran(3)])).toBeUndefined();
});

test('what does not change what is saved changes nothing', () => {
  expect(expectedTotals({ ...job, tags: ['new'], description: 'new' }, [ran(3)])).toEqual({ files: 3, bytes: 30 });
});
