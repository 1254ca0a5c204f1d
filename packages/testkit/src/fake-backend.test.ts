import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { aBackupSpec, FakeBackend } from './index.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'umbra-fake-'));
  await writeFile(join(folder, 'a.txt'), 'alpha');
});

afterEach(() => rm(folder, { recursive: true }));

test('saves real files and restores the same bytes', async () => {
  const backend = new FakeBackend();
  const result = await backend.backup(aBackupSpec({ sources: [folder], tags: ['t'] }));
  expect(result).toMatchObject({ complete: true, unreadableCount: 0, stats: { filesNew: 1, bytesAdded: 5 } });
  const [snapshot] = await backend.snapshots({ tags: ['t'] });
  expect(snapshot?.id).toBe(result.snapshot);
  const target = join(folder, 'restored');
  await backend.restore({
    snapshot: result.snapshot ?? '',
    target,
    include: [],
    exclude: [],
    overwrite: 'never',
    verify: true,
  });
  expect(await readFile(join(target, folder, 'a.txt'), 'utf8')).toBe('alpha');
});

test('does what the script says, in its order, then works again', async () => {
  const backend = new FakeBackend();
  backend.failNext('repository.locked', { times: 2 });
  backend.failNext('repository.full', { method: 'backup' });
  await expect(backend.open()).rejects.toMatchObject({ code: 'repository.locked' });
  await expect(backend.snapshots()).rejects.toMatchObject({ code: 'repository.locked' });
  await expect(backend.open()).resolves.toMatchObject({ format: 1 });
  const spec = aBackupSpec({ sources: [folder] });
  await expect(backend.backup(spec)).rejects.toMatchObject({ code: 'repository.full' });
  await expect(backend.backup(spec)).resolves.toMatchObject({ complete: true });
});

test('a hanging backup ends when it is cancelled', async () => {
  const backend = new FakeBackend();
  const held = backend.holdNext('backup');
  const abort = new AbortController();
  const running = backend.backup(aBackupSpec({ sources: [folder] }), { signal: abort.signal });
  await held.reached;
  abort.abort();
  await expect(running).rejects.toMatchObject({ code: 'run.cancelled' });
  expect(await backend.locks()).toEqual([]);
});

test('a later coordinator attaches to a backup by its spool', async () => {
  const backend = new FakeBackend();
  const held = backend.holdNext('backup');
  const first = backend.backup(aBackupSpec({ sources: [folder] }), { spool: '/spool/1' });
  await held.reached;
  const second = backend.resumeBackup({ spool: '/spool/1' });
  held.release();
  expect(await second).toEqual(await first);
  await expect(backend.resumeBackup({ spool: '/spool/2' })).rejects.toMatchObject({ code: 'engine.lost' });
});

test('an unreadable path is a result, and a snapshot is made', async () => {
  const backend = new FakeBackend();
  backend.makeUnreadable(join(folder, 'a.txt'));
  const result = await backend.backup(aBackupSpec({ sources: [folder] }));
  expect(result.unreadable).toEqual([{ path: join(folder, 'a.txt'), reason: 'permission denied' }]);
  expect(result.complete).toBe(false);
  expect(await backend.holds(result.snapshot ?? '')).toBe(true);
});
