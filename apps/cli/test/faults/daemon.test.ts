import { afterEach, beforeEach, expect, test } from 'vitest';
import { Daemon } from '../support/daemon.ts';
import { until, World } from '../support/world.ts';
import { expectRefusal } from './aftermath.ts';

let world: World;
beforeEach(() => {
  world = new World();
  world.write('file', 'content');
});
afterEach(() => world[Symbol.dispose]());

test('a second daemon on a state folder is refused with 6 and told whose it is', async () => {
  const daemon = await Daemon.start(world);
  const second = Daemon.launch(world);
  expectRefusal(await second.ended, 6, 'daemon.running', world.state, `process ${daemon.pid}`, 'hint');
  expect(await daemon.get('/health')).toMatchObject({ ok: true, pid: daemon.pid });
  expect(await daemon.stop()).toMatchObject({ code: 0 });
  expect(world.processes()).toEqual([]);
});

test('of daemons that start in the same moment one works', async () => {
  const all = [1, 2, 3].map(() => Daemon.launch(world));
  await until('the others are refused', () => all.filter(({ exitCode }) => exitCode === 6).length === 2);
  for (const each of all.filter(({ exitCode }) => exitCode === null)) {
    await each.answers();
    expect(await each.stop()).toMatchObject({ code: 0 });
  }
});
