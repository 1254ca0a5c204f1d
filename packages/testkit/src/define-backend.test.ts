import { describe, expect, test } from 'vitest';
import {
  defineBackend,
  silentLog,
  UmbraError,
  type Backend,
  type BackendHost,
  type BackendParts,
  type BackupSpec,
  type FewOfSnapshot,
  type Progress,
} from '@umbracore/contracts';
import { aBackupSpec, aRepository, FakeClock } from './index.ts';

const clock = new FakeClock();
const spec = (overrides: Partial<BackupSpec> = {}): BackupSpec => aBackupSpec({ sources: ['/data'], ...overrides });
const host = { clock, log: silentLog, cacheDir: '/c', scratchDir: '/s', env: {} } as unknown as BackendHost;
const snapshot = (id: string, overrides: Partial<FewOfSnapshot> = {}): FewOfSnapshot => ({
  id,
  time: Number(id),
  host: 'box',
  paths: ['/data'],
  tags: ['umbra-run:r1'],
  ...overrides,
});

function backend(overrides: Partial<BackendParts> = {}): Backend {
  const parts: BackendParts = {
    version: '1',
    open: async () => ({ id: 'x' }),
    create: async () => ({ id: 'x' }),
    backup: async () => ({ snapshot: '9' }),
    snapshots: async () => [snapshot('2'), snapshot('1', { tags: [] })],
    restore: async () => ({ filesRestored: 1, bytesRestored: 1 }),
    ...overrides,
  };
  return defineBackend('tape', () => parts)({ definition: aRepository(), password: undefined, env: {} }, host);
}

test('what is there is supported, and nothing else', async () => {
  const bare = backend();
  expect([...bare.supports]).toEqual([]);
  await expect(bare.forget(['1'])).rejects.toMatchObject({ code: 'backend.unsupported' });
  await expect(bare.backup(spec({ dryRun: true }))).rejects.toMatchObject({ code: 'backend.unsupported' });
  const able = backend({ forget: async () => {}, also: ['dry-run'] });
  expect([...able.supports]).toEqual(['forget', 'dry-run']);
  await able.forget(['1']);
});

test('snapshots are chosen and come oldest first, with what was not said filled in', async () => {
  const one = backend();
  expect((await one.snapshots()).map(({ id, user }) => [id, user])).toEqual([
    ['1', ''],
    ['2', ''],
  ]);
  expect((await one.snapshots({ tags: ['umbra-run:r1'] })).map(({ id }) => id)).toEqual(['2']);
  expect([await one.holds('2'), await one.holds('3')]).toEqual([true, false]);
});

describe('the parent', () => {
  const parentFor = async (overrides: Partial<BackupSpec>): Promise<string | undefined> => {
    let seen: string | undefined = 'none was told';
    const one = backend({
      async backup({ parent }) {
        seen = parent;
        return { snapshot: '9' };
      },
    });
    await one.backup(spec({ host: 'box', ...overrides }));
    return seen;
  };

  test.each([
    ['is the newest of the same host and paths', {}, '2'],
    ['is the one that was asked for', { parent: '1' }, '1'],
    ['is none for other paths', { sources: ['/other'] }, undefined],
    ['is none if everything is to be read', { force: true, parent: '1' }, undefined],
  ])('%s', async (_, overrides, expected) => expect(await parentFor(overrides)).toBe(expected));

  test('has to be there', async () => {
    await expect(parentFor({ parent: '7' })).rejects.toMatchObject({ code: 'snapshot.absent' });
  });
});

test('percentages do not fall, go by an earlier run where none is told, and nothing comes late', async () => {
  const late: (() => void)[] = [];
  const told: Progress[] = [];
  const one = backend({
    async backup(_spec, { report }) {
      for (const percentage of [40, 20]) report({ percentage });
      report({ bytesProcessed: 60 });
      late.push(() => report({ percentage: 50 }));
      return { snapshot: '9', stats: { filesProcessed: 3 } };
    },
  });
  await one.backup(spec({ expected: { files: 1, bytes: 100 } }), { report: (progress) => told.push(progress) });
  late.forEach((report) => report());
  expect(told.map(({ percentage, estimated, phase }) => [percentage, estimated === true, phase])).toEqual([
    [40, false, 'uploading'],
    [40, false, 'uploading'],
    [60, true, 'uploading'],
    [100, false, 'done'],
  ]);
});

test('what is thrown becomes an error of ours', async () => {
  const failing = (cause: Error) => backend({ open: () => Promise.reject(cause) }).open();
  await expect(failing(new Error('no tape'))).rejects.toMatchObject({
    code: 'engine.failed',
    message: 'tape: "open" failed: no tape',
  });
  await expect(failing(Object.assign(new Error('x'), { code: 'ENOSPC' }))).rejects.toMatchObject({
    code: 'repository.full',
  });
  await expect(failing(new UmbraError('repository.absent', 'x'))).rejects.toMatchObject({ code: 'repository.absent' });
});

test('one that hears that it is cancelled counts as cancelled, and one that does not is left behind', async () => {
  const abort = new AbortController();
  const hearing = backend({
    open: ({ signal }) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('stopped')), { once: true })),
  });
  const heard = hearing.open({ signal: abort.signal });
  const deaf = backend({ open: () => new Promise(() => {}) }).open({ signal: abort.signal });
  const refused = [heard, deaf].map((one) => expect(one).rejects.toMatchObject({ code: 'run.cancelled' }));
  abort.abort();
  await refused[0];
  await clock.advance(15_000);
  await refused[1];
  await expect(backend().open({ signal: abort.signal })).rejects.toMatchObject({ code: 'run.cancelled' });
});
