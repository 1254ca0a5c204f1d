import { expect, test } from 'vitest';
import { rightsWarnings } from './rights.ts';

const readAll = 1n << 2n;

test('the right to read everything is all that a backup needs', () => {
  expect(rightsWarnings('backup', readAll)).toEqual([]);
  expect(rightsWarnings('backup', 0n)).toEqual(['lacks CAP_DAC_READ_SEARCH: what it is for will fail']);
  expect(rightsWarnings('backup', 0x1ffffffffffn)).toEqual([expect.stringContaining('more rights than it needs')]);
});

test('to restore takes owners and modes as well', () => {
  expect(rightsWarnings('restore', 0b1111n)).toEqual([]);
  expect(rightsWarnings('restore', readAll)).toHaveLength(3);
});

test('who mounts takes no more with walls than without, but the way back out of them', () => {
  const admin = 1n << 21n;
  expect(rightsWarnings('mounts', admin)).toEqual([]);
  expect(rightsWarnings('mounts', admin | (1n << 18n))).toEqual([]);
});
