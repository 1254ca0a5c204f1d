import { aCopyJob, aJob, aPlan, aRepository, aRun } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { limitsOf, specOf } from './backup-spec.ts';

test('the tags of run and job come first, and the host is the pinned one', () => {
  const run = aRun({ id: 'r-1', plan: aPlan({ job: aJob({ tags: ['mine'] }) }) });
  const spec = specOf(run, 'pinned', ['/real/path']);
  expect(spec).toMatchObject({ host: 'pinned', sources: ['/real/path'], force: false, dryRun: false });
  expect(spec.tags).toEqual(['umbra-run:r-1', 'umbra-job:documents', 'mine']);
});

test('what the caller asks for goes before the job', () => {
  const plan = aPlan({
    job: aJob({ compressionLevel: 1 }),
    options: { compressionLevel: 0, force: true, parent: 'abc' },
  });
  expect(specOf(aRun({ plan }), 'h', [])).toMatchObject({ compressionLevel: 0, force: true, parent: 'abc' });
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
