import { expect, test } from 'vitest';
import type { SnapshotEntry } from '@umbracore/contracts';
import { restoreModes, type Facts, type PlannedAction, type RestoreMode } from './decide.ts';
import { planRestore } from './plan-restore.ts';

const entry = (path: string, type: SnapshotEntry['type'] = 'file'): SnapshotEntry => ({
  path,
  type,
  size: 5,
  modifiedAt: 1000,
  mode: 0o644,
  uid: 1000,
  gid: 1000,
});
const file = (size: number, modifiedAt: number): Facts => ({ type: 'file', size, modifiedAt });

const there: Readonly<Record<string, Facts>> = {
  '/t/same': file(5, 1000),
  '/t/older': file(6, 900),
  '/t/newer': file(6, 5000),
  '/t/folder': { type: 'dir', size: 0, modifiedAt: 9999 },
};
const names = ['missing', 'same', 'older', 'newer', 'folder'];
const entries = names.map((name) => entry(`/${name}`));

const plan = (mode: RestoreMode, some: readonly SnapshotEntry[] = entries, existing = there) =>
  planRestore(some, { targetOf: (path) => `/t${path}`, lookUp: (path) => existing[path], mode });

test.each<[RestoreMode, PlannedAction[]]>([
  ['never', ['create', 'unchanged', 'keep', 'keep', 'keep']],
  ['if-newer', ['create', 'unchanged', 'replace', 'keep', 'keep']],
  ['if-changed', ['create', 'unchanged', 'replace', 'replace', 'keep']],
  ['always', ['create', 'replace', 'replace', 'replace', 'keep']],
  ['both', ['create', 'unchanged', 'beside', 'beside', 'keep']],
])('%s', (mode, expected) => expect(plan(mode).entries.map(({ action }) => action)).toEqual(expected));

test('work done since the snapshot is pointed out whatever the mode', () => {
  for (const mode of restoreModes) {
    const { newer, counts } = plan(mode, entries.slice(0, 4));
    expect(newer).toHaveLength(1);
    expect(newer[0]?.entry.path).toBe('/newer');
    expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(4);
  }
});

test('both: beside what stays, under a name that is free or that has it already', () => {
  const some = [entry('/notes.md')];
  const taken = { '/t/notes.md': file(6, 5000), '/t/notes.restored.md': file(1, 1) };
  const [beside] = plan('both', some, taken).entries;
  expect(beside).toMatchObject({ action: 'beside', target: '/t/notes.restored-2.md', yoursIsNewer: true });
  expect(plan('both', some, taken).newer).toMatchObject([{ target: '/t/notes.md' }]);
  const again = plan('both', some, { ...taken, '/t/notes.restored-2.md': file(5, 1000) }).entries;
  expect(again).toMatchObject([{ action: 'unchanged', target: '/t/notes.restored-2.md' }]);
});

test('folders that are not there yet are named; those that are, are not', () => {
  const { folders } = plan('always', [entry('/folder', 'dir'), entry('/other', 'dir')]);
  expect(folders.map(({ path }) => path)).toEqual(['/other']);
});
