import { closeSync, fsyncSync, openSync, readdirSync, truncateSync, writeSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { World } from '../support/world.ts';
import { engineAtWork, expectNextRunWorks, expectNothingLeft, expectRefusal, slowDown } from './aftermath.ts';
import { canMount, fill, smallDisk, takeNames } from '../../../../tools/faults/injectors/small-disk.ts';

function aWorld(): World {
  const world = new World();
  world.write('file', 'content');
  return world;
}

const damages: readonly (readonly [name: string, damage: (file: string) => void])[] = [
  ['cut off', (file) => truncateSync(file, 5000)],
  ['overwritten from its start', (file) => overwrite(file, 0, 100)],
  ['overwritten in its middle', (file) => overwrite(file, 4096, 8192)],
];

test.concurrent.each(damages)('a state file %s is set aside, with an alarm; the run is made', async (_, damage) => {
  using world = aWorld();
  expect((await world.umbra('run')).code).toBe(0);
  damage(join(world.state, 'state.db'));
  world.write('file', 'other content');
  const { code, stdout, stderr } = await world.umbra('run');
  expect(code, stdout + stderr).toBe(0);
  const aside = readdirSync(world.state).find((name) => /^state\.db\.damaged-[^/]*Z$/.test(name)) ?? 'none';
  expect(stderr).toContain(`was set aside as ${join(world.state, aside)}; the history began anew`);
  expect(stderr).toContain('remove it to end this alarm');
  expect(world.snapshots()).toHaveLength(2);
  expect(await world.history()).toMatchObject([{ outcome: 'succeeded' }]);
  const check = await world.umbra('status', '--check');
  expect([check.code, check.stderr]).toEqual([21, expect.stringContaining(aside)]);
  expect(world.locks()).toEqual([]);
  expect(world.processes()).toEqual([]);
});

test.concurrent('a record of history that was changed is told, and stands in the way of nothing', async () => {
  using world = aWorld();
  expect((await world.umbra('run')).code).toBe(0);
  expect((await world.umbra('run')).code).toBe(0);
  const [, first] = await world.history();
  using database = new DatabaseSync(join(world.state, 'state.db'));
  const change = 'update runs set record = replace(record, \'"succeeded"\', \'"failed"\') where id = ?';
  expect(database.prepare(change).run(first?.id ?? '').changes).toBe(1);
  const told = await world.umbra('history');
  expect(told.stderr).toContain(`Run ${first?.id} in the history is damaged`);
  const doctor = await world.umbra('doctor');
  expect([doctor.code, doctor.stdout + doctor.stderr]).toEqual([1, expect.stringContaining(first?.id ?? 'none')]);
  const { code, stderr } = await world.umbra('run', '--quiet');
  expect(code, stderr).toBe(0);
  expect(world.snapshots()).toHaveLength(3);
  expect(world.locks()).toEqual([]);
});

describe.runIf(canMount)('on disks of their own (needs the right to mount)', () => {
  test.concurrent(
    'a full state disk: the backup is made all the same, and it is told that nothing was recorded',
    async () => {
      using world = aWorld();
      using disk = smallDisk(world.makeFolder('state'), '1m');
      fill(disk);
      const { code, stdout, stderr } = await world.umbra('run');
      expect(code, stdout + stderr).toBe(0);
      expect(stderr).toContain('Free space on the disk that holds the state folder');
      expect(world.snapshots()).toHaveLength(1);
      disk.resize('16m');
      const next = await world.umbra('run', '--quiet');
      expect([next.code, next.stderr]).toEqual([0, '']);
    },
  );

  test.concurrent('a state disk that fills up between two runs costs the record of the second one', async () => {
    using world = aWorld();
    using disk = smallDisk(world.makeFolder('state'), '1m');
    expect((await world.umbra('run')).code).toBe(0);
    fill(disk);
    const { code, stdout, stderr } = await world.umbra('run');
    expect(code, stdout + stderr).toBe(0);
    expect(stderr).toContain('Free space on the disk that holds the state folder');
    disk.resize('16m');
    expect((await world.umbra('run')).code).toBe(0);
    expect(await world.history()).toMatchObject([{ outcome: 'succeeded' }, { outcome: 'succeeded' }]);
    expect(world.snapshots()).toHaveLength(3);
    expect(world.locks()).toEqual([]);
  });

  test.concurrent(
    'a state disk that fills up during a run: one snapshot, and history knows it',
    async () => {
      using world = aWorld();
      using disk = smallDisk(world.makeFolder('state'), '1m');
      slowDown(world, 2);
      const run = world.start(['run']);
      await engineAtWork(world);
      fill(disk);
      expectRefusal(await run.ended, 1, 'state.full', 'Free space on the disk that holds the state folder');
      disk.resize('16m');
      expect((await world.umbra('run', '--due')).code).toBe(0);
      expect(await expectNothingLeft(world)).toHaveLength(1);
      expect(world.snapshots()).toHaveLength(1);
      await expectNextRunWorks(world);
    },
    60_000,
  );

  test.concurrent(
    'a state disk that has bytes left and no names: the backup is made, and the next one is recorded',
    async () => {
      using world = aWorld();
      using disk = smallDisk(world.makeFolder('state'), '16m', { names: 200 });
      expect((await world.umbra('run', '--quiet')).code).toBe(0);
      {
        using _taken = takeNames(disk);
        const { code, stdout, stderr } = await world.umbra('run');
        expect(code, stdout + stderr).toBe(0);
        expect(stderr).toContain('it takes no more of them');
      }
      expect(await world.umbra('run', '--quiet')).toMatchObject({ code: 0, stderr: '' });
      expect(await world.history()).toHaveLength(2);
      expect(world.snapshots()).toHaveLength(3);
    },
  );

  test.concurrent('a read-only state: the backup is made all the same', async () => {
    using world = aWorld();
    using disk = smallDisk(world.makeFolder('state'), '4m');
    expect((await world.umbra('run')).code).toBe(0);
    disk.makeReadOnly();
    const { code, stdout, stderr } = await world.umbra('run');
    expect(code, stdout + stderr).toBe(0);
    expect(stderr).toContain('Make the state folder writable');
    expect(world.snapshots()).toHaveLength(2);
    disk.makeWritable();
    const next = await world.umbra('run', '--quiet');
    expect([next.code, next.stderr]).toEqual([0, '']);
    expect(world.locks()).toEqual([]);
  });

  test.concurrent('a full cache disk costs nothing but time', async () => {
    using world = aWorld();
    using disk = smallDisk(world.makeFolder('cache'), '1m');
    fill(disk);
    const { code, stdout, stderr } = await world.umbra('run');
    expect(code, stdout + stderr).toBe(0);
    await expectNothingLeft(world);
    disk.resize('16m');
    await expectNextRunWorks(world);
  });

  test.concurrent('a full disk for temporary files: 1, and which disk', async () => {
    using world = aWorld();
    using disk = smallDisk(world.makeFolder('tmp'), '1m');
    fill(disk);
    expectRefusal(await world.umbra('run'), 1, 'engine.disk-full', 'temporary files is full', 'TMPDIR');
    await expectNothingLeft(world);
    expectRefusal(await world.umbra('verify', 'home'), 75, 'engine.spawn-failed', 'Free some space', disk.folder);
    disk.resize('16m');
    await expectNextRunWorks(world);
  });
});

function overwrite(file: string, position: number, length: number): void {
  const handle = openSync(file, 'r+');
  writeSync(handle, Buffer.alloc(length, 0xa5), 0, length, position);
  fsyncSync(handle);
  closeSync(handle);
}
