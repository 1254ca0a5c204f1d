import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  forgottenAt,
  forgottenTag,
  isForgottenTag,
  isPinTag,
  jobOfTags,
  jobTag,
  pinOfTags,
  pinTag,
  pinTags,
  runOfTags,
  runTag,
} from './snapshot.ts';

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

it('keeps in a tag when a snapshot was marked', () => {
  const tag = forgottenTag(Date.UTC(2026, 0, 5));
  expect(tag).toBe('umbra-forgotten:2026-01-05T00:00:00.000Z');
  expect([isForgottenTag(tag), forgottenAt(['gold', tag])]).toEqual([true, Date.UTC(2026, 0, 5)]);
  expect([forgottenAt([]), forgottenAt(['umbra-forgotten:soon'])]).toEqual([undefined, undefined]);
});
