import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeProcessTable } from '@umbracore/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { claimFolder, ownScratch } from './own-folder.ts';

const owner = () => new FakeProcessTable().self();

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'umbra-own-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const path = (): string => join(folder, 'umbra-7');
const isRoot = process.getuid?.() === 0;

test('a folder that is not there is made, for us alone, and is ours from then on', () => {
  expect([claimFolder(path()), claimFolder(path())]).toEqual([undefined, undefined]);
  expect(statSync(path()).mode & 0o777).toBe(0o700);
  using scratch = ownScratch(path(), owner);
  expect(scratch).toMatchObject({ folder: path(), problem: undefined });
});

const traps: readonly (readonly [string, () => void, string])[] = [
  ['is open to others', () => mkdirSync(path()), 'mode 0755'],
  [
    'is a link, even to one of ours',
    () => {
      mkdirSync(join(folder, 'ours'), { mode: 0o700 });
      symlinkSync(join(folder, 'ours'), path());
    },
    'a link or a file',
  ],
  ...(isRoot
    ? [
        [
          'belongs to somebody else',
          () => {
            mkdirSync(path(), { mode: 0o700 });
            chownSync(path(), 65_534, 65_534);
          },
          'user 65534',
        ] as const,
      ]
    : []),
];

test.each(traps)('one that %s is not used: another one is, for as long as it is needed', (_, set, told) => {
  set();
  if (told.includes('0755')) chmodSync(path(), 0o755);
  expect(claimFolder(path())).toContain(told);
  const scratch = ownScratch(path(), owner);
  expect(scratch.problem).toContain(told);
  expect(statSync(scratch.folder).mode & 0o777).toBe(0o700);
  scratch[Symbol.dispose]();
  expect([existsSync(scratch.folder), existsSync(path())]).toEqual([false, true]);
});

test('a file in its place', () => {
  writeFileSync(path(), '');
  using scratch = ownScratch(path(), owner);
  expect(scratch.folder).not.toBe(path());
});
