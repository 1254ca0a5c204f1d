import { expect, test } from 'vitest';
import type { OverwriteMode, SnapshotEntry } from '@umbracore/contracts';
import { selection } from './pattern.ts';
import { previewRestore, type Existing, type PlannedAction } from './preview.ts';

const entry = (
  path: string,
  size: number,
  modifiedAt: number,
  type: SnapshotEntry['type'] = 'file',
): SnapshotEntry => ({
  path,
  type,
  size,
  modifiedAt,
  mode: 0o644,
  uid: 1000,
  gid: 1000,
});
const file = (size: number, modifiedAt: number): Existing => ({ type: 'file', size, modifiedAt });

const there: Readonly<Record<string, Existing>> = {
  '/t/same': file(5, 1000),
  '/t/older': file(6, 900),
  '/t/newer': file(6, 5000),
  '/t/folder': { type: 'dir', size: 0, modifiedAt: 9999 },
};
const entries = ['missing', 'same', 'older', 'newer'].map((name) => entry(`/${name}`, 5, 1000));

const actions = (mode: OverwriteMode): PlannedAction[] =>
  previewRestore(
    [...entries, entry('/folder', 0, 1, 'dir')],
    (path) => `/t${path}`,
    (path) => there[path],
    mode,
  ).entries.map(({ action }) => action);

test.each<[OverwriteMode, PlannedAction[]]>([
  ['never', ['create', 'unchanged', 'keep', 'keep']],
  ['if-newer', ['create', 'unchanged', 'replace', 'keep']],
  ['if-changed', ['create', 'unchanged', 'replace', 'replace']],
  ['always', ['create', 'replace', 'replace', 'replace']],
])('%s', (mode, expected) => expect(actions(mode)).toEqual(expected));

test('work done since the snapshot is pointed out whatever the mode', () => {
  for (const mode of ['never', 'if-newer', 'if-changed', 'always'] as const) {
    const preview = previewRestore(
      entries,
      (path) => `/t${path}`,
      (path) => there[path],
      mode,
    );
    expect(preview.newer.map(({ target }) => target)).toEqual(['/t/newer']);
    expect(Object.values(preview.counts).reduce((sum, count) => sum + count, 0)).toBe(entries.length);
  }
});

test.each([
  ['*.pdf', '/a/b.pdf', true],
  ['*.pdf', '/a/b.pdf.txt', false],
  ['taxes', '/home/taxes/2025/x', true],
  ['taxes', '/home/mytaxes/x', false],
  ['/etc/ssh', '/etc/ssh/key', true],
  ['/etc/ssh', '/home/etc/ssh/key', false],
  ['docs/**/*.md', '/a/docs/b/c/x.md', true],
  ['docs/**/*.md', '/a/docs/x.md', true],
  ['docs/*.md', '/a/docs/b/x.md', false],
  ['a?c', '/abc', true],
  ['a+(b)', '/a+(b)', true],
])('pattern %s on %s: %s', (pattern, path, expected) => expect(selection([pattern], [])(path)).toBe(expected));

test('excludes win', () => {
  const fits = selection(['docs'], ['*.tmp']);
  expect(fits('/docs/a')).toBe(true);
  expect(fits('/docs/a.tmp')).toBe(false);
  expect(selection([], [])('/anything')).toBe(true);
});
