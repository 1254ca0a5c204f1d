import { aJob } from '@umbracore/testkit';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { BackupJobDefinition } from '@umbracore/contracts';
import { isExcluded, ownRepository } from './own-repository.ts';

const job = (path: string, change: Partial<BackupJobDefinition> = {}) =>
  aJob({ sources: [{ path, required: true }], ...change });

test.each([
  ['/disk', '/disk/backup', '/disk holds its own repository /disk/backup'],
  ['/', '/disk/backup', '/ holds its own repository /disk/backup'],
  ['/disk', 'local:/disk/backup/', '/disk holds its own repository /disk/backup'],
  ['/disk/backup', '/disk/backup', '/disk/backup is its own repository'],
  ['/disk', '/disk2/backup', undefined],
  ['/disk/backup/photos', '/disk/backup', undefined],
  ['/disk', 'sftp:host:/disk/backup', undefined],
  ['/disk', 's3:https://example.com/disk/backup', undefined],
])('%s saved to %s', async (source, location, text) => {
  expect((await ownRepository(job(source), location))?.text).toBe(text);
});

test('a source that is a link is where it leads to', async () => {
  const found = await ownRepository(job('/home/me/disk'), '/disk/backup', ['/disk']);
  expect(found).toEqual({ text: '/disk holds its own repository /disk/backup', fix: 'exclude /disk/backup' });
});

test('what a program writes holds nothing', async () => {
  const written = { sources: [{ path: '/', required: true, program: { command: ['dump'], env: {} } }] };
  expect(await ownRepository(job('/', written), '/disk/backup')).toBeUndefined();
});

test.each([
  [['/disk/backup'], true],
  [['/disk/backup/'], true],
  [['/disk/backup/*'], true],
  [['/disk/**'], true],
  [['/disk/**/data'], true],
  [['backup'], true],
  [['b[a-c]ck?p'], true],
  [['*/backup'], true],
  [['/disk'], true],
  [['/disk/back'], false],
  [['ackup'], false],
  [['/backup'], false],
  [['backup', '!/disk/backup'], false],
  [['/disk/b*.d', '/disk/(backup)'], false],
  [['/disk/[', '\\backup'], true],
  [[], false],
] as const)('left out by %j: %s', (patterns, expected) => {
  expect(isExcluded('/disk/backup/data', patterns)).toBe(expected);
});

let folder = '';
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('what is left out in another way is told of neither', async () => {
  folder = mkdtempSync(join(tmpdir(), 'umbra-own-'));
  const location = join(folder, 'kept', 'backup');
  mkdirSync(location, { recursive: true });
  expect(await ownRepository(job(folder, { excludeIfPresent: ['.nobackup:# no'] }), location)).toBeDefined();
  writeFileSync(join(folder, '.nobackup'), '');
  expect(await ownRepository(job(folder, { excludeIfPresent: ['.nobackup'] }), location)).toBeDefined();
  writeFileSync(join(folder, 'kept', '.nobackup'), '');
  expect(await ownRepository(job(folder, { excludeIfPresent: ['.nobackup:# no'] }), location)).toBeUndefined();
  expect(await ownRepository(job('/', { oneFileSystem: true }), '/proc/self')).toBeUndefined();
});
