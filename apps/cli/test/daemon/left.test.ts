import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { engineAtWork } from '../faults/aftermath.ts';
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
