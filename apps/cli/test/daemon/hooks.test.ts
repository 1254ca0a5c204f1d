import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Daemon } from '../support/daemon.ts';
import { DiaryWorld } from '../support/diary-world.ts';
import { until } from '../support/world.ts';

const inOneAttempt = { state: 'succeeded', attempts: [{ outcome: 'succeeded' }], hookFailures: [] };

test('a hook outlives its coordinator as its job does, and is followed to its end', async () => {
  using world = new DiaryWorld();
  writeFileSync(
    world.config,
    `jobs:
  work:
    command: [sh, -c, '${world.writes('work')}']
    hooks:
      before: ${world.hook(world.writes('before'), world.waits, world.writes('over'), 'echo told')}
      finally: ${world.hook(world.writes('finally'))}
  other: { command: ['true'] }
`,
  );
  const first = world.start(['run', 'work']);
  await world.reads('it prepares', 'before');
  first.child.kill('SIGKILL');
  await first.ended;
  // Nobody else's business.
  expect((await world.umbra('run', 'other')).code).toBe(0);
  expect(world.diary).toEqual(['before']);
  const daemon = await Daemon.start(world);
  world.goOn();
  await world.reads('the bracket is closed', 'finally');
  expect((await daemon.stop()).code).toBe(0);
  expect(world.diary).toEqual(['before', 'over', 'work', 'finally']);
  const run = await world.newest('work');
  expect(run).toMatchObject(inOneAttempt);
  expect((await world.umbra('logs', run?.id ?? '')).stdout).toContain('told');
});

test('a daemon that is told to end lets hooks of programs go on, and ends those of plug-ins; the next one goes on', async () => {
  using world = new DiaryWorld();
  writeFileSync(
    world.config,
    `jobs:
  work:
    command: ['true']
    hooks:
      before: ${world.hook(world.writes('dusk'), world.waits, world.writes('night'))}
      after: { use: bell, options: dawn }
      finally: ${world.hook(world.writes('finally'))}
  bells:
    command: ['true']
    hooks:
      before: { use: bell, options: ding }
      after: { use: bell, options: dong }
      finally: ${world.hook(world.writes('still'))}
${world.bell}`,
  );
  const daemon = await Daemon.start(world);
  const runs = ['work', 'bells'].map((job) => world.start(['run', job]));
  await world.reads('both are at it', 'dusk', 'ding');
  expect((await daemon.stop()).code).toBe(0);
  expect(world.diary.toSorted()).toEqual(['ding', 'ding ended', 'dusk']);
  const next = await Daemon.start(world);
  await until('the bell is rung again', () => world.diary.filter((line) => line === 'ding').length > 1);
  world.goOn();
  expect(await Promise.all(runs.map(async ({ ended }) => (await ended).code))).toEqual([0, 0]);
  expect((await next.stop()).code).toBe(0);
  const lines = world.diary.toSorted();
  expect(lines).toEqual(['dawn', 'ding', 'ding', 'ding ended', 'dong', 'dusk', 'finally', 'night', 'still']);
  for (const job of ['work', 'bells']) expect(await world.newest(job)).toMatchObject(inOneAttempt);
});
