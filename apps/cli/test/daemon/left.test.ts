import { randomBytes } from 'node:crypto';
import { copyFileSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { engineAtWork, expectRefusal } from '../faults/aftermath.ts';
import { Daemon } from '../support/daemon.ts';
import { until, World } from '../support/world.ts';

/** A backup of two repositories, of which each takes so long, and a quick one. */
function aWorld(seconds: number): World {
  const world = new World();
  world.write('large', randomBytes(seconds * 512 * 1024));
  const slow = '    packSize: 4MiB\n    options: { local.connections: "1" }\n';
  const away = `  away:\n    url: ${world.addRepository('away')}\n    password: file:${world.at('password')}\n${slow}`;
  world.configure(
    `    repository: [home, away]
    limits: { upload: 512KiB/s }
    verify: { afterBackup: none }
  photos: { sources: [/etc/hostname], repository: home }
`,
    { repositoryLines: `${slow}${away}` },
  );
  return world;
}

const places = async (world: World) => (await world.history()).map(({ job, repository }) => `${job} ${repository}`);

/** Resolves when there were so many runs, and all have ended. */
const ended = async (world: World, count: number): Promise<void> => {
  for (;;) {
    const runs = await world.history();
    if (runs.length >= count && runs.every(({ outcome }) => outcome !== null)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};

const kept = (world: World): readonly string[] => readdirSync(world.at('state', 'requests'));

test.each(['stop', 'kill'] as const)('what follows begins with the next daemon after a %s', async (end) => {
  using world = aWorld(2);
  const first = await Daemon.start(world);
  const { code, stdout } = await world.umbra('run', 'documents', 'photos', '--detach');
  expect([code, stdout]).toEqual([0, expect.stringMatching(/documents → away +follows\n.*photos → home +follows/)]);
  await engineAtWork(world);
  await first[end]();
  const second = await Daemon.start(world);
  await ended(world, 3);
  await until('it is kept no longer', () => kept(world).length === 0);
  await second.stop();
  expect((await world.history()).map(({ job, repository, outcome }) => [job, repository, outcome])).toEqual([
    ['photos', 'home', 'succeeded'],
    ['documents', 'away', 'succeeded'],
    ['documents', 'home', 'succeeded'],
  ]);
  // And not once more.
  const third = await Daemon.start(world);
  await third.stop();
  expect(await places(world)).toHaveLength(3);
});

test('to cancel a job ends what was detached of it', async () => {
  using world = aWorld(4);
  const daemon = await Daemon.start(world);
  await world.umbra('run', 'documents', 'photos', '--detach');
  await engineAtWork(world);
  const { code, stdout } = await world.umbra('cancel', 'documents');
  expect([code, stdout]).toEqual([
    0,
    expect.stringMatching(/cancelled\n.*documents → away +does not begin any more\n.*photos → home +follows\n$/),
  ]);
  await ended(world, 2);
  await daemon.stop();
  expect(await places(world)).toEqual(['photos home', 'documents home']);
});

test('also by the next daemon, which follows the run under way', async () => {
  using world = aWorld(6);
  const first = await Daemon.start(world);
  await world.umbra('run', 'documents', '--detach');
  await engineAtWork(world);
  await first.stop();
  const second = await Daemon.start(world);
  const { code, stdout } = await world.umbra('cancel', 'documents');
  expect([code, stdout]).toEqual([
    0,
    expect.stringMatching(/^r-\w+ {2}cancelled\n[^\n]*documents → away +does not begin any more\n$/),
  ]);
  await until('it is kept no longer', () => kept(world).length === 0);
  await second.stop();
  expect(await places(world)).toEqual(['documents home']);
});

test('also without a daemon: what was kept for the next one of the job is dropped, and of others follows', async () => {
  using world = aWorld(6);
  const daemon = await Daemon.start(world);
  await world.umbra('run', 'documents', 'photos', '--detach');
  await engineAtWork(world);
  const stop = await world.umbra('daemon', 'stop');
  await daemon.ended;
  expect(stop.stdout).toMatch(/has ended\n +1 request that was left to it goes on with the next one\n$/);
  const { code, stdout, stderr } = await world.umbra('cancel', 'documents');
  expect([code, stdout, stderr]).toEqual([
    0,
    expect.stringMatching(
      /^r-\w+ {2}cancelled\n.*documents → away +does not begin any more\n.*photos → home +follows\n$/,
    ),
    expect.stringContaining('to end'),
  ]);
  expect(kept(world)).toHaveLength(1);
  expect(await world.json('cancel', 'photos')).toMatchObject({
    runs: [],
    dropped: [{ job: 'photos', repository: 'home' }],
    follow: [],
  });
  expect(kept(world)).toEqual([]);
  expectRefusal(await world.umbra('cancel', 'photos'), 2, 'nothing of "photos" is running');
  await Daemon.start(world);
  expect(await world.json('daemon', 'stop')).toMatchObject({ requests: 0 });
  expect(await places(world)).toEqual(['documents home']);
});

test('but not while a daemon works that is not asked: it would begin it all the same', async () => {
  using world = aWorld(2);
  const daemon = await Daemon.start(world);
  await world.umbra('run', 'documents', 'photos', '--detach');
  await engineAtWork(world);
  const other = world.at('other.yaml');
  copyFileSync(world.config, other);
  expectRefusal(await world.umbra('-c', other, 'cancel', 'photos'), 2, 'nothing of "photos" is running');
  await ended(world, 3);
  await daemon.stop();
});

test('to cancel a run of it tells what follows all the same', async () => {
  using world = aWorld(2);
  const daemon = await Daemon.start(world);
  await world.umbra('run', 'documents', '--detach');
  await engineAtWork(world);
  const [run] = await world.history();
  const { stdout } = await world.umbra('cancel', run?.id ?? '');
  expect(stdout).toMatch(/cancelled\n.*documents → away +follows\n$/);
  await ended(world, 2);
  await daemon.stop();
});
