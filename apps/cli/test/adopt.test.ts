import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { World } from './support/world.ts';

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
  using world = new World();
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
