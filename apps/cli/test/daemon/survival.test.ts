import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { engineAtWork, expectNothingLeft, identityOf, slowDown } from '../faults/aftermath.ts';
import { Daemon } from '../support/daemon.ts';
import { until, World, type Started } from '../support/world.ts';

function aWorld(): World {
  const world = new World();
  world.write('a.txt', 'a');
  return world;
}

async function underWay(
  world: World,
  seconds: number,
): Promise<{ readonly daemon: Daemon; readonly run: Started; readonly engine: number }> {
  slowDown(world, seconds);
  const daemon = await Daemon.start(world);
  const run = world.start(['run', 'documents']);
  return { daemon, run, engine: await engineAtWork(world) };
}

const oneRun = { outcome: 'succeeded', exitCode: 0, attempts: [{ outcome: 'succeeded' }] };

test.concurrent(
  'a daemon that is told to end leaves the backup alive, ends within seconds, and the next one adopts it',
  async () => {
    using world = aWorld();
    const { daemon, run, engine } = await underWay(world, 12);
    const begin = performance.now();
    expect((await daemon.stop()).code).toBe(0);
    expect(performance.now() - begin).toBeLessThan(8000);
    expect(world.processes()).toContain(engine);
    const next = await Daemon.start(world);
    const { code, stdout, stderr } = await run.ended;
    expect([code, stdout]).toEqual([0, expect.stringContaining('snapshot')]);
    expect(stderr).toContain('The daemon has ended.');
    await next.stop();
    expect(await expectNothingLeft(world)).toMatchObject([oneRun]);
  },
);

test.concurrent(
  'a daemon that is killed: the next one adopts the backup, and the call that asked for it sees its end',
  async () => {
    using world = aWorld();
    const { daemon, run, engine } = await underWay(world, 6);
    await daemon.kill();
    expect(world.processes()).toContain(engine);
    const next = await Daemon.start(world);
    expect((await run.ended).code).toBe(0);
    await next.stop();
    expect(await expectNothingLeft(world)).toMatchObject([oneRun]);
  },
);

test.concurrent('a daemon that is killed and not replaced: the call carries on itself', async () => {
  using world = aWorld();
  const { daemon, run } = await underWay(world, 9);
  await daemon.kill();
  const { code, stderr } = await run.ended;
  expect([code, stderr]).toEqual([0, expect.stringContaining('carrying on here')]);
  expect(await expectNothingLeft(world)).toMatchObject([oneRun]);
});

test.concurrent('a request with its key is one run, also over a restart of the daemon', async () => {
  using world = aWorld();
  const key = randomUUID();
  const body = { jobs: ['documents'] };
  slowDown(world, 5);
  const daemon = await Daemon.start(world);
  const first = await daemon.post('/v1/runs', body, { 'idempotency-key': key });
  const [{ id }] = (first as { readonly runs: readonly [{ readonly id: string }] }).runs;
  await engineAtWork(world);
  await daemon.kill();
  const next = await Daemon.start(world);
  const again = await next.post('/v1/runs', body, { 'idempotency-key': key });
  expect(again).toMatchObject({ runs: [{ id }] });
  await until('the run has ended', () => identityOf(world, 'engine') === undefined);
  const third = await Daemon.start(world, { UMBRA_STATE_DIR: world.state }).catch(() => undefined);
  expect(third).toBeUndefined();
  // The request ends a moment after its run.
  await vi.waitFor(
    async () => {
      const ended = await next.post('/v1/runs', body, { 'idempotency-key': key });
      expect(ended).toMatchObject({ exitCode: 0, runs: [{ id }] });
    },
    { timeout: 60_000 },
  );
  await next.stop();
  const last = await Daemon.start(world);
  expect(await last.post('/v1/runs', body, { 'idempotency-key': key })).toMatchObject({ exitCode: 0, runs: [{ id }] });
  await last.stop();
  expect(await expectNothingLeft(world)).toMatchObject([{ ...oneRun, id }]);
});

test.concurrent('what a daemon that was killed left in the state folder is no daemon', async () => {
  using world = aWorld();
  const daemon = await Daemon.start(world);
  await daemon.kill();
  expect(existsSync(join(world.state, 'daemon.json'))).toBe(true);
  const status = await world.umbra('daemon', 'status');
  expect([status.code, status.stderr]).toEqual([30, expect.stringContaining('daemon.unreachable')]);
  expect((await world.umbra('daemon', 'stop')).code).toBe(30);
  for (const args of [['run', 'documents'], ['status'], ['cancel', 'documents']]) {
    const { stderr } = await world.umbra(...args, '-v');
    expect([args, stderr.match(/Without the daemon: it does not answer\./g)?.length]).toEqual([args, 1]);
  }
  expect((await world.umbra('status', '--quiet')).code).toBe(0);
  // Somebody else may have its number by now, and must not be ended in its place.
  const note = JSON.parse(readFileSync(join(world.state, 'daemon.json'), 'utf8'));
  const stranger = { ...note, process: { ...note.process, pid: process.pid } };
  writeFileSync(join(world.state, 'daemon.json'), JSON.stringify(stranger));
  expect((await world.umbra('daemon', 'stop')).code).toBe(30);
  await expectNothingLeft(world);
});
