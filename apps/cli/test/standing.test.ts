import { existsSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NearWorld } from './support/near-world.ts';
import type { World } from './support/world.ts';

let world: World;
beforeAll(() => {
  world = new NearWorld();
  // There is hardly ever a slot during the test.
  world.configure('    schedule: weekly on Sun at 04:00\n');
  world.write('a.txt', 'content');
});
afterAll(() => world[Symbol.dispose]());

interface Status {
  readonly jobs: readonly { readonly nextRun: string; readonly lastAttempt: unknown; readonly lastSuccess: unknown }[];
}
const statusOf = async (): Promise<Status> => (await world.json('status')) as Status;
const verdict = async (): Promise<unknown> =>
  ((await world.json('explain', 'documents')) as { verdict: string }).verdict;

test('a dry run is no backup: not to status, not to a schedule, and history says so', async () => {
  expect((await world.umbra('run', 'documents', '--dry-run')).code).toBe(0);
  expect((await statusOf()).jobs[0]).toMatchObject({ lastSuccess: null, lastAttempt: null });
  const { runs } = (await world.json('history')) as { runs: readonly unknown[] };
  expect(runs).toMatchObject([{ dryRun: true, snapshot: null, outcome: 'succeeded' }]);
  const { stdout } = await world.umbra('history');
  expect(stdout).toContain('dry run ok');
  expect(stdout).not.toContain('7 B');
});

test('status and explain agree on what is due: a job that was never seen before owes nothing', async () => {
  const expectWaiting = async (): Promise<void> => {
    expect(await verdict()).toBe('wait');
    expect(Date.parse((await statusOf()).jobs[0]?.nextRun ?? '')).toBeGreaterThan(Date.now());
  };
  await expectWaiting();
  expect((await world.umbra('run', '--due')).stderr).toContain('Nothing is due.');
  await expectWaiting();
  expect((await world.umbra('run', 'documents', '--quiet')).code).toBe(0);
});

test('plain output has one thing in a column, and every column always', async () => {
  const rows = async (...args: string[]): Promise<string[][]> =>
    (await world.umbra(...args, '--plain')).stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t'));
  expect((await rows('status'))[0]?.slice(0, 3)).toEqual(['OK', 'documents', 'home']);
  const history = await rows('history', 'documents');
  expect(history.map((row) => [row[1], row[2], row[5], row[6]])).toEqual([
    ['documents', 'home', 'OK', 'ok'],
    ['documents', 'home', '-', 'dry run ok'],
  ]);
});

test('a restore without --to makes a new folder each time', async () => {
  const restore = async (): Promise<number | null> => (await world.umbra('restore', 'documents@latest')).code;
  expect([await restore(), await restore()]).toEqual([0, 0]);
  const [id = ''] = world.snapshots().map((snapshot) => snapshot.id.slice(0, 8));
  for (const name of [`restored-${id}`, `restored-${id}-2`]) {
    expect(existsSync(world.at(name, world.source, 'a.txt'))).toBe(true);
  }
});
