import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { makeRepository } from '../../../tools/testing/light-key.mjs';
import { NearWorld } from './support/near-world.ts';
import type { World } from './support/world.ts';

interface Row {
  readonly id: string;
  readonly job: string;
  readonly trigger: string;
  readonly outcome: string;
  readonly snapshot: string;
  readonly startedAt: string;
}

const rowsOf = async (world: World): Promise<readonly Row[]> =>
  ((await world.json('history')) as { readonly runs: readonly Row[] }).runs;

test('what a repository holds comes into a history that was lost, with its own times, and judges nothing', async () => {
  using world = new NearWorld();
  world.configure('    schedule: daily at 02:00\n');
  world.write('a.txt', 'a');
  await world.umbra('run', 'documents');
  world.restic('backup', '--quiet', '--time', '2026-01-02 03:04:05', '--tag', 'theirs', world.source);
  const [before] = await rowsOf(world);
  rmSync(world.state, { recursive: true });

  expect(await world.json('repo', 'adopt', 'home')).toMatchObject({ snapshots: 2, adopted: 2 });
  const rows = await rowsOf(world);
  expect(rows).toMatchObject([
    { id: before?.id, job: 'documents', trigger: 'adopted', snapshot: before?.snapshot },
    { job: 'adopted', trigger: 'adopted', startedAt: expect.stringContaining('2026-01-02T03:04:05') },
  ]);
  expect((await world.umbra('history')).stdout).toMatch(/documents.*adopted/);
  expect(await world.json('repo', 'adopt', 'home')).toMatchObject({ snapshots: 2, adopted: 0 });

  const status = async (): Promise<unknown> => JSON.parse((await world.umbra('status', '--json')).stdout);
  expect(await status()).toMatchObject({ jobs: [{ protection: 'unprotected', lastSuccess: null, stale: false }] });
  await world.umbra('run', 'documents');
  expect(await status()).toMatchObject({ jobs: [{ protection: 'protected' }] });
  expect(await rowsOf(world)).toHaveLength(3);
}, 120_000);

test('a repository of somebody else is found, entered and opened; one that does not open leaves the file as it was', async () => {
  using world = new NearWorld();
  world.configure();
  makeRepository(world.at('disk', 'theirs'), 'their password');
  writeFileSync(world.at('key'), 'their password\n', { mode: 0o600 });
  const unnamed = await world.umbra('repo', 'adopt', world.at('disk'), '--password-file', 'key');
  expect([unnamed.code, unnamed.stderr]).toEqual([4, expect.stringContaining('Let every job name its repository')]);
  world.configure('    repository: home\n');
  const before = readFileSync(world.config, 'utf8');
  writeFileSync(world.at('key'), 'wrong\n', { mode: 0o600 });
  const adopt = ['repo', 'adopt', world.at('disk'), '--password-file', 'key'];
  expect((await world.umbra(...adopt)).code).toBe(12);
  expect(readFileSync(world.config, 'utf8')).toBe(before);
  writeFileSync(world.at('key'), 'their password\n', { mode: 0o600 });
  expect(await world.json(...adopt)).toMatchObject({
    name: 'theirs',
    location: world.at('disk', 'theirs'),
    adopted: 0,
  });
  expect(await world.json('repo', 'list')).toMatchObject({ repositories: [{ name: 'home' }, { name: 'theirs' }] });

  const refused = async (...args: readonly string[]): Promise<string> =>
    (await world.umbra('repo', 'adopt', ...args)).stderr;
  expect(await refused(world.at('disk', 'theirs'))).toContain('needs its own password');
  expect(await refused(world.source, '--password-file', 'key')).toContain('there is no repository in');
  makeRepository(world.at('disk', 'more'), 'x');
  expect(await refused(world.at('disk'), '--password-file', 'key')).toContain('there are several repositories in');
  expect(await refused('nobody')).toContain('there is no repository "nobody"');
}, 60_000);
