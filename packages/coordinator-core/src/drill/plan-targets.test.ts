import { aSnapshot } from '@umbracore/testkit';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { planTargets, type Candidates, type TargetWish } from './plan-targets.ts';

const candidate = (job: string, change: Partial<Candidates> = {}): Candidates => ({
  job,
  newest: aSnapshot({ id: `${job}-new`, paths: [`/home/${job}`] }),
  older: undefined,
  lastTried: Infinity,
  ...change,
});

const wish = (change: Partial<TargetWish> = {}): TargetWish => ({
  seed: 'r-1',
  files: 10,
  maxBytes: 1000,
  canaries: [],
  again: [],
  ...change,
});

const shown = (candidates: readonly Candidates[], wanted: TargetWish) =>
  planTargets(candidates, wanted).map(({ snapshot, files, maxBytes, must }) => [snapshot, files, maxBytes, must]);

test('one job has it all', () => {
  expect(shown([candidate('a')], wish())).toEqual([['a-new', 10, 1000, []]]);
});

test('an older snapshot has a share', () => {
  const older = aSnapshot({ id: 'a-old' });
  expect(shown([candidate('a', { older })], wish({ files: 25 }))).toEqual([
    ['a-new', 13, 520, []],
    ['a-old', 12, 480, []],
  ]);
});

test('canaries and what failed are looked for where they should be, whoever had his turn last', () => {
  const jobs = ['a', 'b', 'c'].map((job, lastTried) => candidate(job, { lastTried }));
  const again = [{ job: 'a', snapshot: 'a-gone', path: '/home/a/1' }];
  expect(shown(jobs, wish({ files: 2, canaries: ['/home/b/canary', '/nowhere'], again }))).toEqual([
    ['a-gone', 1, 500, ['/home/a/1']],
    ['b-new', 1, 500, ['/home/b/canary']],
  ]);
});

test('a folder is no beginning of a name', () => {
  expect(shown([candidate('a')], wish({ canaries: ['/home/abc'] }))).toEqual([['a-new', 10, 1000, []]]);
  const root = candidate('a', { newest: aSnapshot({ id: 'root', paths: ['/'] }) });
  expect(shown([root], wish({ canaries: ['/x'] }))).toEqual([['root', 10, 1000, ['/x']]]);
});

test('who waited longest has his turn', () => {
  const jobs = [3, 0, Infinity, 7].map((lastTried, place) => candidate(`j${place}`, { lastTried }));
  expect(shown(jobs, wish({ files: 2 })).map(([snapshot]) => snapshot)).toEqual(['j2-new', 'j3-new']);
});

test('shares add up to what there may be, and nobody is tried for nothing', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 1, max: 100 }),
      fc.integer({ min: 0, max: 1e9 }),
      (jobs, files, maxBytes) => {
        const targets = planTargets(
          Array.from({ length: jobs }, (_, job) => candidate(`j${job}`)),
          wish({ files, maxBytes }),
        );
        expect(targets.reduce((sum, target) => sum + target.files, 0)).toBe(files);
        expect(targets.reduce((sum, target) => sum + target.maxBytes, 0)).toBeLessThanOrEqual(maxBytes);
        expect(targets.every((target) => target.files > 0)).toBe(true);
      },
    ),
  );
});
