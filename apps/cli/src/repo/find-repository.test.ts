import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { backendAt, findRepository, isLocation, isRemote } from './find-repository.ts';

const folder = mkdtempSync(join(tmpdir(), 'umbra-find-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function make(name: string, config: string, folders: readonly string[]): string {
  const path = join(folder, name);
  for (const each of folders) mkdirSync(join(path, each), { recursive: true });
  writeFileSync(join(path, 'config'), config);
  return path;
}

const restic = make('a/restic', '\u0001\u0002', ['keys', 'snapshots', 'index', 'data']);
const borg = make('b/borg', '[repository]\nversion = 1\n', ['data']);
make('c/git', '[core]\n', ['data']);

test('a repository of either engine is found, and told from the other', () => {
  expect([findRepository(restic), findRepository(join(folder, 'a'))]).toEqual([restic, restic]);
  expect([findRepository(borg), findRepository(join(folder, 'b'))]).toEqual([borg, borg]);
  expect([restic, borg, 'ssh://me@nas/attic', 'sftp:nas:/x'].map(backendAt)).toEqual([
    'restic',
    'borg',
    'borg',
    'restic',
  ]);
  expect(() => findRepository(join(folder, 'c'))).toThrow('there is no repository in');
});

test('an address of borg is none of a folder', () => {
  expect([isLocation('ssh://me@nas/attic'), isRemote('ssh://me@nas/attic')]).toEqual([true, true]);
});
