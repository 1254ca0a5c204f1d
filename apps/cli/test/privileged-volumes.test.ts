import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { problemsOf } from './support/conforms.ts';
import { btrfs, canBtrfs, DiskWorld, hasLoop, knows, makeBtrfs, mountsBelow } from './support/disk-world.ts';
import { canChangeUser } from './support/privileged-world.ts';

describe.skipIf(!canBtrfs)('a volume of btrfs (needs root, btrfs-progs, a loop device and btrfs in the kernel)', () => {
  test('is kept as it was at one moment, until it is released', async () => {
    using world = new DiskWorld(makeBtrfs);
    execFileSync('mount', ['-o', 'loop', world.image, world.place]);
    execFileSync(btrfs, ['subvolume', 'create', join(world.place, 'data')], { stdio: 'ignore' });
    const folder = join(world.place, 'snapshots');
    mkdirSync(folder);
    const file = join(world.place, 'data', 'file');
    writeFileSync(file, 'before');
    const data = { kind: 'btrfs', subvolume: join(world.place, 'data'), folder };
    world.writePolicy({ path: [dirname(btrfs), '/usr/bin', '/bin'], volumes: { data } });
    await world.startHelper('volumes');

    const made = await world.json('helper', 'snapshot', 'data', 'nightly');
    expect(problemsOf('helper-volume', made)).toEqual([]);
    const { path } = made as { readonly path: string };
    writeFileSync(file, 'after');
    expect(readFileSync(join(path, 'file'), 'utf8')).toBe('before');
    // Who asks again, not knowing whether it came to anything, gets the same.
    expect(await world.json('helper', 'snapshot', 'data', 'nightly')).toMatchObject({ path });
    expect(await world.umbra('helper', 'snapshot', 'other', 'nightly')).toMatchObject({ code: 31 });
    expect(await world.umbra('helper', 'snapshot', 'data', '../data')).toMatchObject({ code: 31 });

    expect(await world.json('helper', 'release', 'data', 'nightly')).toMatchObject({ path: null });
    expect(await world.umbra('helper', 'release', 'data', 'nightly')).toMatchObject({ code: 0 });
    expect(existsSync(path)).toBe(false);
    expect(existsSync(file)).toBe(true);
    const done = world.audit('volumes').filter(({ event }) => event === 'done');
    expect(done.map(({ verb }) => verb)).toEqual([
      'create-snapshot',
      'create-snapshot',
      'release-snapshot',
      'release-snapshot',
    ]);
  });
});

describe.skipIf(!canChangeUser || !hasLoop || !knows('ext4') || spawnSync('mkfs.ext4', ['-V']).status !== 0)(
  'a location (needs root, mkfs.ext4 and a loop device)',
  () => {
    test.each<readonly [string, (world: DiskWorld) => Promise<unknown>]>([
      ['in the view of everybody', (world) => world.startHelper('mounts')],
      // What a service manager does for it takes one right more.
      ['behind walls', (world) => world.startWalled('-all,+sys_admin,+sys_chroot,+chown', 'mounts')],
    ])('is mounted where the policy says, once, and unmounted, by a program %s', async (_where, start) => {
      using world = new DiskWorld((image) => void execFileSync('mkfs.ext4', ['-q', image]));
      const device = execFileSync('losetup', ['--find', '--show', world.image], { encoding: 'utf8' }).trim();
      try {
        const disk = { device, at: world.place, fileSystem: 'ext4', readOnly: true };
        const link = world.at('link');
        symlinkSync(world.makeFolder('elsewhere'), link);
        const locations = { disk, gone: { ...disk, device: '/dev/not-there' }, linked: { ...disk, at: link } };
        world.writePolicy({ locations });
        await start(world);
        for (let times = 0; times < 2; times++)
          expect(await world.json('helper', 'mount', 'disk')).toMatchObject({ path: world.place });
        const mounted = readFileSync('/proc/self/mountinfo', 'utf8')
          .split('\n')
          .filter((line) => line.includes(world.place));
        expect(mounted).toHaveLength(1);
        for (const option of ['ro', 'nosuid', 'nodev', 'noexec']) expect(mounted[0]).toContain(option);
        expect(await world.umbra('helper', 'unmount', 'disk')).toMatchObject({ code: 0 });
        expect(mountsBelow(world.folder)).toEqual([]);
        expect(await world.umbra('helper', 'mount', 'gone')).toMatchObject({
          code: 31,
          stderr: expect.stringContaining('mount failed'),
        });
        expect(await world.umbra('helper', 'mount', 'linked')).toMatchObject({
          code: 31,
          stderr: expect.stringContaining('is no folder'),
        });
        expect(mountsBelow(world.folder)).toEqual([]);
      } finally {
        spawnSync('umount', [world.place]);
        spawnSync('losetup', ['--detach', device]);
      }
    });
  },
);
