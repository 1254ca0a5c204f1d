import { describe, expect, it } from 'vitest';
import type { SnapshotFilter } from '@umbracore/contracts';
import { isPlainFilter } from './choose-snapshots.ts';

const id = 'a'.repeat(64);

describe('isPlainFilter', () => {
  it.each<SnapshotFilter>([
    {},
    { ids: [] },
    { ids: [id] },
    { ids: [id], tags: [] },
    { tags: ['one', 'two words'], host: 'laptop', path: '/home' },
  ])('takes %j', (filter) => {
    expect(isPlainFilter(filter)).toBe(true);
  });

  it.each<SnapshotFilter>([
    { ids: ['latest'] },
    { ids: [id.slice(1)] },
    { ids: [id, 'a'] },
    { ids: [id], host: 'laptop' },
    { ids: [id], tags: ['one'] },
    { tags: ['one,two'] },
    { tags: [' one'] },
    { tags: [''] },
    { host: '' },
    { path: 'home' },
    { path: '/' },
    { path: '/home/' },
    { path: '/home//user' },
    { path: '/home/../etc' },
    { path: '/home/.' },
  ])('leaves %j to restic', (filter) => {
    expect(isPlainFilter(filter)).toBe(false);
  });
});
