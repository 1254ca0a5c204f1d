import type { Ability, VerifyLevel } from '@umbracore/contracts';
import { aBackupSpec, FakeBackend } from '@umbracore/testkit';
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

async function backedUp(supports?: readonly Ability[]) {
  const backend = new FakeBackend({ supports });
  const { snapshot = '' } = await backend.backup(aBackupSpec({ sources: [folder] }));
  const verify = (level: Exclude<VerifyLevel, 'none'>, signal?: AbortSignal) =>
    verifySnapshot(backend, snapshot, level, { signal }, () => 0.5);
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
