import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DiskWorld, hasLoop, mountsBelow } from './support/disk-world.ts';
import { canChangeUser } from './support/privileged-world.ts';
import { until } from './support/world.ts';

const hasMapper = ['dmsetup', 'lvcreate', 'mkfs.ext4'].every(
  (tool) => spawnSync(tool, ['--version']).error === undefined,
);
const canLvm = canChangeUser && hasLoop && hasMapper && spawnSync('dmsetup', ['ls']).status === 0;

/** A world whose source is on a logical volume, and whose job reads it from a snapshot. */
class LogicalWorld extends DiskWorld {
  readonly group = `umbra${process.pid}`;
  readonly data = join(this.place, 'data');
  readonly #device: string;

  constructor() {
    super(() => {});
    this.#device = execFileSync('losetup', ['--find', '--show', this.image], { encoding: 'utf8' }).trim();
    try {
      this.#run('pvcreate', '-q', this.#device);
      this.#run('vgcreate', '-q', this.group, this.#device);
      this.#run('lvcreate', '-q', '-y', '-L', '64M', '-n', 'home', this.group);
      this.#run('mkfs.ext4', '-q', `/dev/${this.group}/home`);
      this.#run('mount', `/dev/${this.group}/home`, this.place);
      mkdirSync(this.data);
      writeFileSync(join(this.data, 'file'), 'as it was', { mode: 0o600 });
      this.configure('    privileged: true\n    snapshot: lvm\n    verify: { afterBackup: none }\n', {
        sources: [this.data],
      });
      const home = { kind: 'lvm', group: this.group, volume: 'home', size: '32M', fileSystem: 'ext4', at: this.place };
      const job = { repositories: ['home'], sources: [this.data], snapshot: 'lvm' };
      const path = (process.env['PATH'] ?? '').split(':');
      this.writePolicy({ path, jobs: { documents: job }, volumes: { home } });
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  /** Names of logical volumes, the kernel's and the tools' view of them. */
  volumes(): readonly string[] {
    return this.#run('lvs', '--noheadings', '-o', 'lv_name', this.group).split(/\s+/).filter(Boolean).toSorted();
  }

  #run(program: string, ...args: readonly string[]): string {
    return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  }

  override [Symbol.dispose](): void {
    for (const place of mountsBelow(this.folder)) spawnSync('umount', [place]);
    spawnSync('vgremove', ['-q', '-f', '-y', this.group]);
    spawnSync('losetup', ['--detach', this.#device]);
    super[Symbol.dispose]();
  }
}

describe.skipIf(!canLvm)(
  'a logical volume (needs root, lvm2, a loop device and the device mapper in the kernel)',
  () => {
    test('is kept as it was for a job, under its own paths, and taken back', async () => {
      using world = new LogicalWorld();
      await world.startHelper('backup', 'volumes');
      const run = world.start(['run', 'documents', '--verbose', '--verbose']);
      await until('there is a snapshot', () => world.volumes().length > 1);
      // The engine opens its repository meanwhile, or sees what was kept: either way it is not this.
      await until('the snapshot has its place', () => world.audit('volumes').some(({ event }) => event === 'done'));
      writeFileSync(join(world.data, 'file'), 'as it became');
      const { code, stdout, stderr } = await run.ended;
      expect(code, stdout + stderr).toBe(0);
      const [snapshot] = world.snapshots();
      expect(snapshot).toMatchObject({ paths: [world.data] });
      expect(world.restic('dump', '--no-lock', snapshot?.id ?? '', join(world.data, 'file'))).toBe('as it was');
      expect(world.volumes()).toEqual(['home']);
      expect(mountsBelow(world.place)).toEqual([world.place]);
    });

    test('is kept by hand until it is released', async () => {
      using world = new LogicalWorld();
      await world.startHelper('volumes');
      const { path } = (await world.json('helper', 'snapshot', 'home', 'nightly')) as { readonly path: string };
      writeFileSync(join(world.data, 'file'), 'after');
      expect(readFileSync(join(path, 'data', 'file'), 'utf8')).toBe('as it was');
      expect(await world.json('helper', 'snapshot', 'home', 'nightly')).toMatchObject({ path });
      expect(await world.umbra('helper', 'release', 'home', 'nightly')).toMatchObject({ code: 0 });
      expect(world.volumes()).toEqual(['home']);
    });
  },
);
