import { readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { canServe, serverKinds } from '../../../../tools/testing/servers/start.ts';
import { World } from '../support/world.ts';
import { engineAtWork, expectNothingLeft, slowDown } from './aftermath.ts';

const rclone = serverKinds.find(({ kind }) => kind === 'rclone');

/** Inodes of all sockets here that wait for connections. */
const listening = (): ReadonlySet<string> =>
  new Set(
    ['tcp', 'tcp6']
      .flatMap((family) => readFileSync(`/proc/self/net/${family}`, 'latin1').split('\n').slice(1))
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , state]) => state === '0A')
      .map(([, , , , , , , , , inode = '']) => inode),
  );

/** A process that ends meanwhile has none. */
function socketsOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`)
      .map((descriptor) => /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${descriptor}`))?.[1])
      .filter((inode) => inode !== undefined);
  } catch {
    return [];
  }
}

test.runIf(rclone !== undefined && canServe(rclone))(
  'what reaches a repository for restic speaks through pipes and listens nowhere (needs rclone)',
  async () => {
    using world = new World();
    slowDown(world, 4);
    const server = await rclone?.start(world.folder, world.makeFolder('own'));
    const { options, env } = server ?? { options: {}, env: {} };
    const references = Object.entries(env).map(([name, value]) => {
      writeFileSync(world.at(name), value, { mode: 0o600 });
      return `${name}: 'file:${world.at(name)}'`;
    });
    world.configure('    limits: { upload: 512KiB/s }\n', {
      location: server?.locationOf('repository') ?? '',
      repositoryLines: `    options: ${JSON.stringify(options)}\n    env: { ${references.join(', ')} }\n`,
    });
    // With this in its environment rclone would take orders at a port.
    const run = world.start(['run'], { env: { RCLONE_RC: 'true', RCLONE_RC_NO_AUTH: 'true' } });
    await engineAtWork(world);
    const listeners = listening();
    const seen = world.processes().map((pid) => ({
      program: readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0')[0] ?? '',
      listens: socketsOf(pid).some((inode) => listeners.has(inode)),
    }));
    expect(seen.map(({ program }) => program)).toContainEqual(expect.stringMatching(/rclone$/));
    expect(seen.filter(({ listens }) => listens)).toEqual([]);
    expect((await run.ended).code).toBe(0);
    await expectNothingLeft(world);
  },
);
