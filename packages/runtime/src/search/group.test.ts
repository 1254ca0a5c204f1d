import { expect, test } from 'vitest';
import type { SnapshotEntry } from '@umbracore/contracts';
import { groupHits, lastVersions, type Hit } from './group.ts';

const hit = (path: string, time: number, repository: string, change: Partial<SnapshotEntry> = {}): Hit => ({
  holders: [{ repository, snapshot: `${repository}-${time}`, ref: `documents@${time}`, time }],
  entry: { path, type: 'file', size: 1, modifiedAt: 5, mode: 0o644, uid: 0, gid: 0, ...change },
});

test('hits are grouped by path and version, the last saved first, over all repositories', () => {
  const hits = [
    hit('/b', 1, 'home', { size: 7 }),
    hit('/b', 2, 'home'),
    hit('/a', 1, 'home', { modifiedAt: 4 }),
    hit('/b', 3, 'offsite', { size: 7 }),
    hit('/a', 2, 'home', { type: 'dir', size: 0 }),
  ];
  const found = groupHits(hits);
  const shape = found.map(({ path, versions }) => [
    path,
    ...versions.map(({ type, size, holders }) => [type, size, ...holders.map(({ snapshot }) => snapshot)]),
  ]);
  expect(shape).toEqual([
    ['/a', ['dir', 0, 'home-2'], ['file', 1, 'home-1']],
    ['/b', ['file', 7, 'offsite-3', 'home-1'], ['file', 1, 'home-2']],
  ]);
  expect(groupHits(hits.toReversed())).toEqual(found);
  expect(lastVersions(found).map(({ versions }) => versions)).toEqual(found.map(({ versions }) => [versions[0]]));
  expect(groupHits([])).toEqual([]);
});
