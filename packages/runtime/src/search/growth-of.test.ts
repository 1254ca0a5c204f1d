import { expect, test } from 'vitest';
import { growthOf } from './growth-of.ts';

test('what changed most comes first, then what is largest', () => {
  const before = [
    { path: '/same', files: 1, bytes: 9 },
    { path: '/large', files: 1, bytes: 90 },
    { path: '/gone', files: 2, bytes: 50 },
  ];
  const after = [
    { path: '/same', files: 1, bytes: 9 },
    { path: '/large', files: 1, bytes: 90 },
    { path: '/new', files: 3, bytes: 60 },
  ];
  const shape = growthOf(before, after).map((each) => [each.path, each.before.bytes, each.after.bytes]);
  expect(shape).toEqual([
    ['/new', 0, 60],
    ['/gone', 50, 0],
    ['/large', 90, 90],
    ['/same', 9, 9],
  ]);
});
