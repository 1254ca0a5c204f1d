import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import type { RunDocument } from '@umbracore/runtime/documents';
import { expect, test } from 'vitest';
import { umbraProgram, until, World, type Started } from '../support/world.ts';
import {
  engineAtWork,
  expectNextRunWorks,
  expectNothingLeft,
  expectRefusal,
  identityOf,
  slowDown,
  speedUp,
} from './aftermath.ts';

/** A run whose engine has its lock and needs some more seconds. */
async function underWay(world: World, seconds: number): Promise<Started> {
  slowDown(world, seconds);
  const run = world.start(['run', 'documents']);
  await engineAtWork(world);
  return run;
}

/** Every run of the history with a snapshot has one of its own. */
function expectOneSnapshot(world: World, { id, snapshot }: RunDocument): void {
  const tagged = world.snapshots().filter(({ tags = [] }) => tags.includes(`umbra-run:${id}`));
  expect(tagged.map((each) => each.id)).toEqual([snapshot]);
}

test.concurrent('a killed engine is made up for in the same run', async () => {
  using world = new World();
  const run = await underWay(world, 3);
  speedUp(world);
  process.kill(identityOf(world, 'engine') ?? 0, 'SIGKILL');
  const { code, stderr } = await run.ended;
  expect(code, stderr).toBe(0);
  const [record, ...more] = await expectNothingLeft(world);
  expect(more).toEqual([]);
  expect(record).toMatchObject({ outcome: 'succeeded', attempts: [{ outcome: 'failed' }, { outcome: 'succeeded' }] });
  if (record !== undefined) expectOneSnapshot(world, record);
});

test.concurrent('a killed shim: 3, and the snapshot is found', async () => {
  using world = new World();
  const run = await underWay(world, 2);
  process.kill(identityOf(world, 'shim') ?? 0, 'SIGKILL');
  const { code, stdout } = await run.ended;
  const told = 'Nobody saw how the engine ended; the snapshot was found in the repository';
  expect([code, stdout]).toEqual([3, expect.stringContaining(told)]);
  const [record, ...more] = await expectNothingLeft(world);
  expect(more).toEqual([]);
  if (record !== undefined) expectOneSnapshot(world, record);
  speedUp(world);
  await expectNextRunWorks(world);
});

test.concurrent('after a killed coordinator the next call adopts its engine: same run, one snapshot', async () => {
  using world = new World();
  const run = await underWay(world, 3);
  const engine = identityOf(world, 'engine');
  run.child.kill('SIGKILL');
  await run.ended;
  expect(world.processes()).toContain(engine);
  const { code, stdout, stderr } = await world.umbra('run', '--due');
  expect(code, stdout + stderr).toBe(0);
  const [record, ...more] = await expectNothingLeft(world);
  expect(more).toEqual([]);
  expect(record).toMatchObject({ outcome: 'succeeded', attempts: [{ outcome: 'succeeded' }] });
  if (record !== undefined) expectOneSnapshot(world, record);
});

test.concurrent('Ctrl-C once: 130, cancelled', async () => {
  using world = new World();
  const run = await underWay(world, 4);
  run.child.kill('SIGINT');
  expectRefusal(await run.ended, 130, 'Ctrl-C once more kills', 'cancelled; nothing is left behind');
  expect(await expectNothingLeft(world)).toMatchObject([{ outcome: 'cancelled', exitCode: 130 }]);
  speedUp(world);
  await expectNextRunWorks(world);
});

test.concurrent('Ctrl-C twice: 130 at once, the engine is killed and its lock goes', async () => {
  using world = new World();
  const run = await underWay(world, 30);
  const engine = identityOf(world, 'engine') ?? 0;
  run.child.kill('SIGINT');
  await until('the first one is told', () => run.stderr().includes('Ctrl-C once more kills'));
  const second = performance.now();
  run.child.kill('SIGINT');
  expectRefusal(await run.ended, 130, 'Killing what runs.');
  expect(performance.now() - second).toBeLessThan(15_000);
  expect(existsSync(`/proc/${engine}`)).toBe(false);
  for (const words of [['history'], ['show', 'documents']]) {
    expect((await world.umbra(...words)).stdout).toMatch(/interrupted[^]*its process died; the next run carries it on/);
  }
  const left = { state: 'running', leftBehind: true };
  expect(await world.json('history')).toMatchObject({ runs: [left] });
  expect(await world.json('show', 'documents')).toMatchObject({ run: left });
  expect((await world.umbra('history', '--export', 'csv')).stdout).toMatch(/,leftBehind\r\n.*,true\r\n/);
  expect((await world.umbra('run', '--due')).code).toBe(0);
  expect(await expectNothingLeft(world)).toMatchObject([{ outcome: 'cancelled', exitCode: 130, snapshot: null }]);
  speedUp(world);
  await expectNextRunWorks(world);
});

test.concurrent('SIGTERM: 143, cancelled', async () => {
  using world = new World();
  const run = await underWay(world, 4);
  run.child.kill('SIGTERM');
  expectRefusal(await run.ended, 143, 'Asked to terminate');
  expect(await expectNothingLeft(world)).toMatchObject([{ outcome: 'cancelled' }]);
  speedUp(world);
  await expectNextRunWorks(world);
});

test.concurrent('a closed terminal does not cost the snapshot', async () => {
  using world = new World();
  const run = await underWay(world, 3);
  run.child.stdout?.destroy();
  run.child.stderr?.destroy();
  run.child.kill('SIGHUP');
  await run.ended;
  await world.umbra('run', '--due');
  const [record, ...more] = await expectNothingLeft(world);
  expect(more).toEqual([]);
  expect(record).toMatchObject({ outcome: 'succeeded', attempts: [{ outcome: 'succeeded' }] });
});

test.concurrent.each(['run documents', 'run documents --json'])(
  '`umbra %s | head -1` does not end the run',
  async (words) => {
    using world = new World();
    slowDown(world, 2);
    const env = { ...world.env, NODE: process.execPath, UMBRA: umbraProgram };
    const script = `set -o pipefail; "$NODE" "$UMBRA" ${words} | head -c 1 >/dev/null; exit "\${PIPESTATUS[0]}"`;
    const shell = spawn('bash', ['-c', script], { env, cwd: world.folder, stdio: 'ignore' });
    const [code] = (await once(shell, 'exit')) as [number | null];
    expect(code).toBe(0);
    expect(await expectNothingLeft(world)).toMatchObject([{ outcome: 'succeeded' }]);
    expect(world.snapshots()).toHaveLength(1);
  },
);

test.concurrent('two runs of a job at once: one runs, the other ends with 6 and names it', async () => {
  using world = new World();
  const run = await underWay(world, 8);
  const other = await world.umbra('run', 'documents');
  const id = /umbra cancel (r-\w+)/.exec(other.stderr)?.[1] ?? 'none';
  expectRefusal(other, 6, 'job.already-running', '"documents"', `${run.child.pid}`, 'hint');
  expect((await run.ended).code).toBe(0);
  expect(await expectNothingLeft(world)).toMatchObject([{ id, outcome: 'succeeded' }]);
});

test.concurrent('of two that start in the same moment one runs', async () => {
  using world = new World();
  slowDown(world, 1);
  const both = [world.umbra('run', 'documents'), world.umbra('run', 'documents')];
  const codes = (await Promise.all(both)).map(({ code }) => code);
  expect(codes).toContain(0);
  expect(codes).toContain(6);
  expect(await expectNothingLeft(world)).toHaveLength(1);
});

test.concurrent('cancel from another process: both say so', async () => {
  using world = new World();
  const run = await underWay(world, 8);
  const cancel = await world.umbra('cancel', 'documents');
  expect([cancel.code, cancel.stdout]).toEqual([0, expect.stringContaining('cancelled')]);
  expectRefusal(await run.ended, 130, 'cancelled');
  expect(await expectNothingLeft(world)).toMatchObject([{ outcome: 'cancelled' }]);
  expectRefusal(await world.umbra('cancel', 'documents'), 2, 'usage.unknown-run', 'umbra history');
  speedUp(world);
  await expectNextRunWorks(world);
});
