import type { Ability, VerifyLevel } from '@umbracore/contracts';
import { aBackupSpec, allAbilities, FakeBackend } from '@umbracore/testkit';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { levelOf, verifySnapshot } from './verify-snapshot.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'umbra-verify-'));
  for (let file = 0; file < 12; file += 1) await writeFile(join(folder, `${file}`), 'x'.repeat(file));
});

afterEach(() => rm(folder, { recursive: true }));

const withoutNew = allAbilities.filter((ability) => ability !== 'check-new');

async function backedUp(supports: readonly Ability[] = withoutNew) {
  const backend = new FakeBackend({ supports });
  const { snapshot = '' } = await backend.backup(aBackupSpec({ sources: [folder] }));
  const verify = (level: Exclude<VerifyLevel, 'none'>, signal?: AbortSignal) =>
    verifySnapshot(backend, { snapshot, level, since: 7 }, { signal }, () => 0.5);
  return { backend, verify };
}

test.each<[boolean | VerifyLevel | undefined, VerifyLevel, VerifyLevel]>([
  [undefined, 'none', 'none'],
  [undefined, 'sample', 'sample'],
  [true, 'none', 'metadata'],
  [true, 'full', 'full'],
  [false, 'full', 'none'],
  ['sample', 'none', 'sample'],
])('asked for %s, the job says %s: %s', (wanted, ofJob, level) => {
  expect(levelOf(wanted, ofJob)).toBe(level);
});

test('each level reads what it promises', async () => {
  const { backend, verify } = await backedUp();
  for (const level of ['metadata', 'sample', 'full'] as const)
    expect(await verify(level)).toEqual({ level, ok: true, problems: [] });
  const made = backend.calls.map(({ method }) => method);
  expect(made.filter((method) => method === 'list')).toHaveLength(2);
  expect(made.filter((method) => method === 'dump')).toHaveLength(5);
  expect(made.filter((method) => method === 'check')).toHaveLength(1);
});

test('a tree that cannot be listed is damage', async () => {
  const { backend, verify } = await backedUp();
  backend.failNext('engine.failed', { method: 'list', message: 'a tree is missing' });
  expect(await verify('metadata')).toEqual({ level: 'metadata', ok: false, problems: ['a tree is missing'] });
});

test('a file that comes back too short is damage', async () => {
  const { backend, verify } = await backedUp();
  backend.dump = async (_snapshot, _path, sink) => void (await sink(new Uint8Array(1)));
  const { ok, problems } = await verify('sample');
  expect(ok).toBe(false);
  expect(problems[0]).toMatch(/has 1 bytes in the repository instead of \d+/);
});

test('damage that the check names is passed on', async () => {
  const { backend, verify } = await backedUp();
  backend.damage('pack 7');
  expect(await verify('full')).toEqual({ level: 'full', ok: false, problems: ['pack 7'] });
  backend.check = async () => ({ sound: false, problems: [], advice: [] });
  expect((await verify('full')).ok).toBe(false);
});

test.each<[Exclude<VerifyLevel, 'none'>, Ability]>([
  ['metadata', 'list'],
  ['sample', 'dump'],
  ['full', 'check-data'],
])('%s cannot be tried without the ability to %s', async (level, missing) => {
  const all: readonly Ability[] = ['list', 'dump', 'check-data'];
  const { verify } = await backedUp(all.filter((ability) => ability !== missing));
  await expect(verify(level)).rejects.toMatchObject({ code: 'backend.unsupported' });
});

test('what may pass is no damage, and an abort is none either', async () => {
  const { backend, verify } = await backedUp();
  backend.failNext('repository.unreachable', { method: 'list' });
  await expect(verify('metadata')).rejects.toMatchObject({ code: 'repository.unreachable' });
  const reason = new Error('enough');
  await expect(verify('metadata', AbortSignal.abort(reason))).rejects.toBe(reason);
});

test('what is new is checked at every level where that is possible, in the place of a listing', async () => {
  const { backend, verify } = await backedUp(allAbilities);
  expect(await verify('metadata')).toMatchObject({ ok: true, problems: [], check: { read: { packs: 1 }, notes: [] } });
  expect(await verify('sample')).toMatchObject({ ok: true, check: { read: { packs: 0 } } });
  expect(await verify('full')).toMatchObject({ ok: true, check: { coverage: { unreadBytes: 0 } } });
  const made = backend.calls.filter(({ method }) => method === 'checkNew').map(({ args }) => args[0]);
  expect(made).toEqual([
    { read: 'new', since: 7 },
    { read: 'new', since: 7 },
    { read: 'all', since: 7 },
  ]);
  expect(backend.calls.filter(({ method }) => method === 'list')).toHaveLength(1);
  expect(backend.calls.filter(({ method }) => method === 'check')).toHaveLength(1);
});

test('damage anywhere in the repository is damage', async () => {
  const { backend, verify } = await backedUp(allAbilities);
  backend.damage('pack 7');
  expect(await verify('metadata')).toMatchObject({ ok: false, problems: ['pack 7'], check: { read: { packs: 1 } } });
});

test('where it turns out that what is new cannot be checked, everything is read as without it', async () => {
  const { backend, verify } = await backedUp(allAbilities);
  backend.failNext('backend.unsupported', { method: 'checkNew' });
  expect(await verify('metadata')).toEqual({ level: 'metadata', ok: true, problems: [] });
  expect(backend.calls.map(({ method }) => method)).toContain('list');
  backend.failNext('repository.changed', { method: 'checkNew' });
  await expect(verify('metadata')).rejects.toMatchObject({ code: 'repository.changed' });
});
