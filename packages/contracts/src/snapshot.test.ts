import { expect, it } from 'vitest';
import { jobOfTags, jobTag, runOfTags, runTag } from './snapshot.ts';

it('finds the run and the job in the tags that were made from them', () => {
  const tags = ['important', jobTag('documents'), runTag('r-01')];
  expect(runOfTags(tags)).toBe('r-01');
  expect(jobOfTags(tags)).toBe('documents');
});

it('finds neither in foreign tags', () => {
  expect(runOfTags(['umbra', 'run:r-01'])).toBeUndefined();
  expect(jobOfTags([])).toBeUndefined();
});
