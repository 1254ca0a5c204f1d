import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { isPinTag, jobOfTags, jobTag, pinOfTags, pinTag, pinTags, runOfTags, runTag } from './snapshot.ts';

it('finds the run and the job in the tags that were made from them', () => {
  const tags = ['important', jobTag('documents'), runTag('r-01')];
  expect(runOfTags(tags)).toBe('r-01');
  expect(jobOfTags(tags)).toBe('documents');
});

it('finds neither in foreign tags', () => {
  expect(runOfTags(['umbra', 'run:r-01'])).toBeUndefined();
  expect(jobOfTags([])).toBeUndefined();
});

it('keeps a pin in tags that an engine takes', () => {
  expect(pinOfTags(['important', ...pinTags(undefined)])).toEqual({ reason: undefined });
  expect(pinTags('before 50 %, or so')).toEqual([pinTag, 'umbra-pin-reason:before 50 %25%2C or so']);
  expect(pinOfTags([pinTag, 'umbra-pin-reason:100 %'])).toEqual({ reason: '100 %' });
  // A reason alone pins nothing: restic would not know of it.
  expect(pinOfTags(['umbra-pin-reason:why'])).toBeUndefined();
});

it('gives back any reason', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (reason) => {
      const tags = pinTags(reason);
      expect(pinOfTags(tags)).toEqual({ reason });
      expect(tags.every((tag) => isPinTag(tag) && !/[,\n\r]/.test(tag))).toBe(true);
    }),
  );
});
