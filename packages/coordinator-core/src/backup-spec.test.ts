import { aCopyJob, aJob, aPlan, aRepository, aRun } from '@umbracore/testkit';
import type { BackupSpec } from '@umbracore/contracts';
import { expect, test } from 'vitest';
import { limitsOf, specOf } from './backup-spec.ts';
import type { Comparison } from './comparison.ts';

test('the tags of run and job come first, and the host is the pinned one', () => {
  const run = aRun({ id: 'r-1', plan: aPlan({ job: aJob({ tags: ['mine'] }) }) });
  const spec = specOf(run, 'pinned', { paths: ['/real/path'], comparison: { strategy: 'incremental' } });
  expect(spec).toMatchObject({ host: 'pinned', sources: ['/real/path'], force: false, dryRun: false });
  expect(spec.tags).toEqual(['umbra-run:r-1', 'umbra-job:documents', 'mine']);
});

test('what the caller asks for goes before the job', () => {
  const plan = aPlan({
    job: aJob({ compressionLevel: 1 }),
    options: { compressionLevel: 0 },
  });
  expect(specOf(aRun({ plan }), 'h', { paths: [], comparison: { strategy: 'incremental' } })).toMatchObject({
    compressionLevel: 0,
  });
});

test.each<[Comparison, Partial<BackupSpec>]>([
  [{ strategy: 'incremental' }, { force: false, parent: undefined }],
  [
    { strategy: 'incremental', parent: 'abc', skipIfUnchanged: true },
    { force: false, parent: 'abc', skipIfUnchanged: true },
  ],
  [{ strategy: 'full' }, { force: true, parent: undefined }],
  [
    { strategy: 'differential', isBase: true },
    { force: true, tags: ['umbra-run:r-1', 'umbra-job:documents', 'umbra-base'] },
  ],
  [
    { strategy: 'differential', parent: 'abc' },
    { force: false, parent: 'abc', tags: ['umbra-run:r-1', 'umbra-job:documents'] },
  ],
])('%j is told to the engine', (comparison, expected) => {
  expect(specOf(aRun({ id: 'r-1' }), 'h', { paths: [], comparison })).toMatchObject(expected);
});

test.each([
  [undefined, undefined, undefined, undefined],
  [undefined, 5, undefined, 5],
  [undefined, 5, 3, 3],
  [9, 5, 3, 9],
])('asked for %s, job %s, repository %s: %s', (asked, ofJob, ofRepository, limit) => {
  const plan = aPlan({
    job: aJob({ limits: { uploadBytesPerSecond: ofJob } }),
    repository: aRepository({ limits: { uploadBytesPerSecond: ofRepository } }),
    options: { uploadBytesPerSecond: asked },
  });
  expect(limitsOf(plan).uploadBytesPerSecond).toBe(limit);
});

test('a copy downloads as slowly as the repository that it takes from wants', () => {
  const limited = (downloadBytesPerSecond: number | undefined) => aRepository({ limits: { downloadBytesPerSecond } });
  const plan = { ...aPlan({ job: aCopyJob(), repository: limited(9) }), from: limited(4) };
  expect(limitsOf(plan).downloadBytesPerSecond).toBe(4);
  expect(limitsOf({ ...plan, from: limited(undefined) }).downloadBytesPerSecond).toBe(9);
});
