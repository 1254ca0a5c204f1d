import { readFileSync, rmSync, statSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeRepository } from '../../../tools/testing/light-key.mjs';
import { problemsOf } from './support/conforms.ts';
import { NearWorld } from './support/near-world.ts';
import { password, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = new NearWorld();
  world.write('text', 'compressible '.repeat(20_000));
  world.write('lost', 'x'.repeat(100_000));
  await world.umbra('run');
  rmSync(world.at('source', 'lost'));
  await world.umbra('run');
}, 120_000);
afterAll(() => world[Symbol.dispose]());

const expectDocument = async (name: string, wanted: unknown, ...args: readonly string[]): Promise<void> => {
  const { stdout } = await world.umbra(...args, '--json');
  const document: unknown = JSON.parse(stdout);
  expect([args, problemsOf(name, document)]).toEqual([args, []]);
  expect(document).toMatchObject({ schema: `umbra.${name}/1`, ...(wanted as object) });
};

test('figures of a repository, and what doctor says of its quota', async () => {
  world.configure('', { repositoryLines: '    quota: 1KiB\n' });
  const wanted = { snapshots: 2, unusedBytes: 0, quota: { bytes: 1024, tight: true } };
  await expectDocument('repository-statistics', wanted, 'repo', 'stats', 'home', '--unused');
  const { stdout } = await world.umbra('repo', 'stats', 'home');
  expect(stdout).toMatch(/deduplication +1\.\d\d to 1, .* in all snapshots together/);
  const { stdout: found } = await world.umbra('doctor');
  expect(found).toMatch(/quota home +.* of 1\.0 KiB are used/);
  expect((await world.umbra('status')).stderr).toMatch(/home takes \d+ % of its quota of 1\.0 KiB/);
  await expectDocument('status', { quotas: [{ repository: 'home', bytes: 1024, tight: true }] }, 'status');
  world.configure('', { repositoryLines: '    quota: 1TiB\n' });
  expect((await world.umbra('doctor')).stdout).toMatch(/✔ quota home/);
});

test('a repository of format 1 becomes one of format 2 on request', async () => {
  makeRepository(world.at('old'), password, 1);
  world.configure('', { location: world.at('old') });
  expect((await world.umbra('doctor')).stdout).toContain('fix: umbra repo upgrade home');
  expect((await world.umbra('repo', 'upgrade', 'home')).code).toBe(2);
  const { stdout, stderr } = await world.umbra('repo', 'upgrade', 'home', '-y', '--json', '--progress', 'json');
  const document: unknown = JSON.parse(stdout);
  expect(problemsOf('repository', document)).toEqual([]);
  expect(document).toMatchObject({ format: 2 });
  const told = stderr
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { readonly phase: string }).phase);
  expect([...new Set(told)]).toEqual(['verifying', 'upgrading', 'done']);
  expect((await world.umbra('repo', 'upgrade', 'home')).stdout).toContain('format 2 already');
  world.configure();
});

test('a lost index is told of, made anew when somebody agrees, and in the log', async () => {
  await expectDocument('repair', { sound: true, steps: [] }, 'repo', 'repair', 'home');
  const index = join(world.repository, 'index');
  const [largest = ''] = readdirSync(index).toSorted(
    (a, b) => statSync(join(index, b)).size - statSync(join(index, a)).size,
  );
  rmSync(join(index, largest));
  const look = await world.umbra('repo', 'repair', 'home', '--dry-run');
  expect([look.code, look.stdout]).toEqual([20, expect.stringContaining('next: make the index anew')]);
  const unasked = await world.umbra('repo', 'repair', 'home');
  expect([unasked.code, unasked.stderr]).toEqual([2, expect.stringContaining('Answer it with -y')]);
  await expectDocument(
    'repair',
    { sound: true, steps: [{ type: 'index' }], next: null },
    'repo',
    'repair',
    'home',
    '-y',
  );
  expect(readFileSync(world.at('state', 'logs', 'umbra.log'), 'utf8')).toContain('repaired home: it is sound');
});
