import { expect, test } from 'vitest';
import type { SnapshotEntry } from '@umbracore/contracts';
import { changeOf } from './changes-in-catalog.ts';

const entry = (change: Partial<SnapshotEntry> = {}): SnapshotEntry => ({
  path: '/a',
  type: 'file',
  size: 1,
  modifiedAt: 1,
  mode: 0o644,
  uid: 0,
  gid: 0,
  ...change,
});

test.each<readonly [string, SnapshotEntry | undefined, SnapshotEntry | undefined, boolean | undefined]>([
  ['added', undefined, entry(), true],
  ['removed', entry(), undefined, true],
  ['type-changed', entry(), entry({ type: 'dir' }), true],
  ['modified', entry(), entry({ size: 2 }), true],
  ['modified', entry(), entry({ mode: 0o600 }), true],
  ['suspicious', entry(), entry(), true],
  ['metadata', entry(), entry({ modifiedAt: 2 }), false],
  ['metadata', entry({ type: 'dir' }), entry({ type: 'dir', modifiedAt: 2 }), false],
  ['modified', entry(), entry({ modifiedAt: 2 }), undefined],
  ['metadata', entry(), entry({ uid: 1 }), undefined],
])('%s: from %j to %j, other content: %s', (change, before, after, contentDiffers) => {
  expect(changeOf({ before, after, contentDiffers })?.change).toBe(change);
});

test('a folder that went was one', () => {
  const gone = { before: entry({ type: 'dir' }), after: undefined, contentDiffers: undefined };
  expect(changeOf(gone)).toEqual({ path: '/a', change: 'removed', folder: true });
});
