import { expect, test } from 'vitest';
import { BoundedHits } from './bounded-hits.ts';

const entry = { type: 'file', size: 1, modifiedAt: 1, mode: 0, uid: 0, gid: 0 } as const;

test('all of so many paths is kept, and it is known whether there are more', () => {
  const kept = new BoundedHits(2);
  const add = (path: string, modifiedAt: number): void =>
    kept.add({ holders: [], entry: { ...entry, path, modifiedAt } });
  for (const path of ['/a', '/b', '/a']) add(path, 1);
  expect(kept.isLimited).toBe(false);
  for (const path of ['/c', '/b']) add(path, 2);
  expect(kept.isLimited).toBe(true);
  expect(kept.hits.map(({ entry: { path, modifiedAt } }) => `${path} ${modifiedAt}`)).toEqual([
    '/a 1',
    '/b 1',
    '/a 1',
    '/b 2',
  ]);
});
