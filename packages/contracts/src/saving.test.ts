import { expect, test } from 'vitest';
import { entryOf, restoring, saving, type FewOfProgress } from './index.ts';

const told: FewOfProgress[] = [];
const live = (signal = new AbortController().signal) => ({
  signal,
  report: (progress: FewOfProgress) => void told.push(progress),
  note() {},
});

test.each([
  ['*.log', '/a/b.log', true],
  ['*.log', '/a.log/b', false],
  ['b?', '/a/bc', true],
  ['b?', '/a/b', false],
  ['[a-c]x', '/a/bx', true],
  ['[!a-c]x', '/a/bx', false],
  ['[]]x', '/a/]x', true],
  ['[x', '/a/[x', true],
  ['a.b', '/a/axb', false],
  ['{a}$', '/a/{a}$', true],
  ['*', '/a/line\nbreak', true],
  ['/a/b', '/a/b', true],
  ['/a/*', '/a/b', false],
])('an exclude %j and %j: %s', (pattern, path, isOut) => {
  expect(saving({ excludes: [pattern] }, live()).leavesOut(path)).toBe(isOut);
});

test('what is saved is counted by what the parent has, and reported', () => {
  const files = saving({ excludes: [] }, live());
  const now = { size: 3, mtimeMs: 1000.7 };
  files.saved('/new', now, undefined);
  files.saved('/same', now, { size: 3, mtimeMs: 1001 });
  files.saved('/changed', now, { size: 4, mtimeMs: 1001 });
  files.unreadable('/secret', new Error('no'));
  const counted = { filesNew: 1, filesChanged: 1, filesUnmodified: 1, filesProcessed: 3, bytesProcessed: 9 };
  expect(told.at(-1)).toMatchObject({ ...counted, currentFiles: ['/changed'], errorCount: 0 });
  expect(files.result('s', { bytesStored: 2 })).toEqual({
    snapshot: 's',
    stats: { ...counted, bytesAdded: 9, bytesStored: 2 },
    unreadable: [{ path: '/secret', reason: 'no' }],
  });
});

const saved = { size: 3, mtimeMs: 2000.4 };

test.each([
  ['never', { size: 9, mtimeMs: 0 }, false],
  ['if-newer', { size: 9, mtimeMs: 1999 }, true],
  ['if-newer', { size: 9, mtimeMs: 2000 }, false],
  ['if-changed', { size: 3, mtimeMs: 2000 }, false],
  ['if-changed', { size: 4, mtimeMs: 2000 }, true],
  ['always', saved, true],
  ['never', undefined, true],
] as const)('a restore that overwrites %s finds %j: %s', (overwrite, there, isBrought) => {
  const files = restoring({ include: [], exclude: [], overwrite }, live());
  expect(files.brings('/a', saved, there)).toBe(isBrought);
  expect(files.result).toEqual(
    isBrought
      ? { filesRestored: 1, bytesRestored: 3, filesSkipped: 0 }
      : { filesRestored: 0, bytesRestored: 0, filesSkipped: 1 },
  );
});

test('a restore enters what leads to something wanted, and brings nothing else', () => {
  const files = restoring({ include: ['/a/b'], exclude: ['/a/b/c'], overwrite: 'always' }, live());
  expect(['/', '/a', '/a/b', '/a/b/x', '/a/b/c', '/a/bc', '/z'].filter((path) => files.enters(path))).toEqual([
    '/',
    '/a',
    '/a/b',
    '/a/b/x',
  ]);
  expect(['/a/b', '/a/b/x', '/a/b/c/d', '/a/bc'].filter((path) => files.brings(path, saved, undefined))).toEqual([
    '/a/b',
    '/a/b/x',
  ]);
});

test('nothing goes on once it is cancelled', () => {
  const over = live(AbortSignal.abort());
  const files = restoring({ include: [], exclude: [], overwrite: 'always' }, over);
  for (const work of [
    () => saving({ excludes: [] }, over).leavesOut('/a'),
    () => saving({ excludes: [] }, over).saved('/a', saved, undefined),
    () => files.enters('/'),
    () => files.brings('/a', saved, undefined),
  ])
    expect(work).toThrow('aborted');
});

test('an entry is what lstat tells', () => {
  const facts = { size: 7, mtimeMs: 1.4, mode: 0o100640, uid: 1, gid: 2 };
  const kind = (file: boolean, dir = false, link = false) => ({
    ...facts,
    isFile: () => file,
    isDirectory: () => dir,
    isSymbolicLink: () => link,
  });
  const common = { path: '/a', modifiedAt: 1, mode: 0o640, uid: 1, gid: 2 };
  expect(entryOf('/a', kind(true))).toEqual({ ...common, type: 'file', size: 7 });
  expect(entryOf('/a', kind(false, true))).toEqual({ ...common, type: 'dir', size: 0 });
  expect(entryOf('/a', kind(false, false, true))).toEqual({ ...common, type: 'symlink', size: 0 });
  expect(entryOf('/a', kind(false))).toEqual({ ...common, type: 'irregular', size: 0 });
});

const kinds = { isDirectory: () => false, isFile: () => false, isSymbolicLink: () => false };
const kindOf = (kind: keyof typeof kinds) => ({ ...saved, ...kinds, [kind]: () => true });

test.each([
  ['isFile', undefined, true, 1, 0],
  ['isDirectory', undefined, true, 0, 0],
  ['isFile', 'EACCES', false, 0, 1],
  ['isDirectory', 'EACCES', false, 0, 1],
  ['isSymbolicLink', 'ENOENT', true, 0, 0],
] as const)(
  'of a tree that is copied, what %s and has the problem %s: %s',
  (kind, problem, isTaken, count, unreadable) => {
    const files = saving({ excludes: ['*.tmp'] }, live());
    expect(files.takes('/a', kindOf(kind), undefined, problem)).toBe(isTaken);
    expect(files.takes('/a.tmp', kindOf(kind), undefined, problem)).toBe(false);
    const result = files.result('s');
    expect([result.stats?.filesProcessed, result.unreadable?.length]).toEqual([count, unreadable]);
  },
);

test('sockets and the like are no part of a copy', () => {
  expect(saving({ excludes: [] }, live()).takes('/a', { ...saved, ...kinds }, undefined, undefined)).toBe(false);
});

test('a restore takes folders that lead to something, and of files what is brought', () => {
  const files = restoring({ include: ['/a/b'], exclude: [], overwrite: 'never' }, live());
  expect(files.takes('/a', kindOf('isDirectory'), saved)).toBe(true);
  expect(files.takes('/a/b', kindOf('isFile'), saved)).toBe(false);
  expect(files.takes('/a/b', kindOf('isFile'), undefined)).toBe(true);
  expect(files.result).toEqual({ filesRestored: 1, bytesRestored: 3, filesSkipped: 1 });
});
