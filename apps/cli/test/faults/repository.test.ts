import { spawn } from 'node:child_process';
import { cpSync, existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { password, resticProgram, until, World } from '../support/world.ts';
import { expectNextRunWorks, expectNothingLeft, expectRefusal } from './aftermath.ts';
import { canMount, fill, smallDisk } from '../../../../tools/faults/injectors/small-disk.ts';

function aWorld(): World {
  const world = new World();
  world.write('file', 'content');
  return world;
}

test.concurrent('a wrong password: 12 after one attempt; with the right one all is well', async () => {
  using world = aWorld();
  writeFileSync(world.at('password'), 'not the password\n');
  expectRefusal(await world.umbra('run'), 12, 'repository.wrong-password', 'home', 'hint', 'password');
  expectRefusal(await world.umbra('repo', 'unlock', 'home'), 12, 'repository.wrong-password', 'home', 'hint');
  const [run] = await expectNothingLeft(world);
  expect(run).toMatchObject({ outcome: 'failed', exitCode: 12, attempts: [{ outcome: 'failed' }] });
  writeFileSync(world.at('password'), `${password}\n`);
  await expectNextRunWorks(world);
});

test.concurrent('a password that cannot be found: 1, and where it was looked for', async () => {
  using world = aWorld();
  renameSync(world.at('password'), world.at('moved'));
  expectRefusal(await world.umbra('run'), 1, 'secret.unavailable', world.at('password'), 'hint');
  renameSync(world.at('moved'), world.at('password'));
  await expectNextRunWorks(world);
});

test.concurrent('an absent repository: 10 and how to make it; nothing is made by itself', async () => {
  using world = aWorld();
  renameSync(world.repository, world.at('unmounted'));
  expectRefusal(await world.umbra('run'), 10, 'repository.absent', 'home', 'hint', 'umbra repo create home');
  expectRefusal(await world.umbra('repo', 'unlock', 'home'), 10, 'repository.absent', 'home', 'hint');
  expect(existsSync(world.repository)).toBe(false);
  renameSync(world.at('unmounted'), world.repository);
  expect((await expectNothingLeft(world))[0]).toMatchObject({ outcome: 'failed', exitCode: 10 });
  await expectNextRunWorks(world);
});

test.concurrent('a lock of a living owner: 11, whose it is, and it stays; once it is gone all is well', async () => {
  using world = aWorld();
  world.configure('', { repositoryLines: '    lockWait: 0s\n' });
  const owner = await longCheck(world);
  const locks = world.locks();
  expectRefusal(await world.umbra('run', '--no-retry'), 11, 'repository.locked', 'home', `${owner.pid}`, 'hint');
  expect(world.locks()).toEqual(locks);
  expect((await world.history())[0]).toMatchObject({ outcome: 'failed', exitCode: 11, snapshot: null });
  await leave(world, owner);
  await expectNextRunWorks(world);
});

test.concurrent('a lock that goes in time is waited for', async () => {
  using world = aWorld();
  world.configure('', { repositoryLines: '    lockWait: 1m\n' });
  const owner = await longCheck(world);
  const run = world.start(['run', '--no-retry']);
  await until('it waits', () => run.stderr().includes('waiting'));
  await leave(world, owner);
  const { code, stderr } = await run.ended;
  expect(code, stderr).toBe(0);
  expect((await expectNothingLeft(world))[0]).toMatchObject({ outcome: 'succeeded', attempts: [{}] });
});

test.concurrent('a lock of a dead owner does not need a human', async () => {
  using world = aWorld();
  const owner = await longCheck(world);
  owner.kill('SIGKILL');
  await once(owner, 'exit');
  expect(world.locks()).toHaveLength(1);
  await expectNextRunWorks(world);
});

test.concurrent('a lock of a dead owner keeps no restore and no check out', async () => {
  using world = aWorld();
  for (const work of [
    ['restore', 'documents@latest', '--to', world.at('out')],
    ['verify', 'home'],
  ]) {
    const owner = await longCheck(world);
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    expect(world.locks()).toHaveLength(1);
    const { code, stderr } = await world.umbra(...work);
    expect(code, stderr).toBe(0);
    expect(world.locks()).toEqual([]);
  }
});

test.concurrent('the lock of another backup is in nobody’s way', async () => {
  using world = aWorld();
  const other = spawn(resticProgram(), ['--repo', world.repository, '--no-cache', 'backup', '--stdin'], {
    env: { PATH: world.env['PATH'], RESTIC_PASSWORD: password },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  await until('the other backup has its lock', () => world.locks().length === 1);
  const { code, stdout, stderr } = await world.umbra('run');
  expect(code, stdout + stderr).toBe(0);
  other.stdin.end('content');
  await once(other, 'exit');
  expect(world.locks()).toEqual([]);
});

test
  .runIf(canMount)
  .concurrent('a full repository disk (needs the right to mount): 1, and room is all that it takes', async () => {
    using world = aWorld();
    using disk = smallDisk(world.makeFolder('disk'), '3m');
    const repository = join(disk.folder, 'repository');
    cpSync(world.repository, repository, { recursive: true });
    world.configure('', { location: repository });
    world.write('large', randomBytes(6 * 1024 * 1024));
    expectRefusal(await world.umbra('run'), 1, 'repository.full', 'home', 'hint', 'space');
    expect(await world.history()).toMatchObject([{ outcome: 'failed', exitCode: 1, snapshot: null }]);
    expect(world.processes()).toEqual([]);
    expect(readdirSync(join(repository, 'locks'))).toEqual([]);
    disk.resize('64m');
    const { code, stderr } = await world.umbra('run', '--quiet');
    expect([code, stderr]).toEqual([0, '']);
  });

test
  .runIf(canMount)
  .concurrent(
    'a disk that takes no lock gives files back, full or read-only, and says so to backups (needs the right to mount)',
    async () => {
      using world = aWorld();
      using disk = smallDisk(world.makeFolder('disk'), '3m');
      const repository = join(disk.folder, 'repository');
      cpSync(world.repository, repository, { recursive: true });
      world.configure('', { location: repository });
      expect((await world.umbra('run')).code).toBe(0);
      const restored = async (name: string): Promise<unknown> => {
        const { code, stderr } = await world.umbra('restore', 'documents@latest', '--to', world.at(name));
        return [code, stderr.includes('error'), existsSync(join(world.at(name), world.source, 'file'))];
      };
      fill(disk);
      expect(await restored('of a full one')).toEqual([0, false, true]);
      disk.makeReadOnly();
      expect(await restored('of a read-only one')).toEqual([0, false, true]);
      expect((await world.umbra('verify', 'home')).code).toBe(0);
      expectRefusal(await world.umbra('run'), 1, 'repository.permission', 'read-only file system', 'for writing');
      expect((await world.umbra('run', '--dry-run')).code).toBe(0);
    },
  );

/** A real exclusive lock: of a check that has to read a snapshot through a very narrow way. */
async function longCheck(world: World): Promise<ReturnType<typeof spawn>> {
  world.write('file', randomBytes(2 * 1024 * 1024));
  expect((await world.umbra('run', '--quiet')).code).toBe(0);
  const args = ['--repo', world.repository, '--no-cache', '--limit-download=32', 'check', '--read-data'];
  const check = spawn(resticProgram(), args, {
    env: { PATH: world.env['PATH'], RESTIC_PASSWORD: password },
    stdio: 'ignore',
  });
  await until('check has its lock', () => world.locks().length > 0);
  return check;
}

/** What an owner leaves that ends in order: nothing. Asked to end, restic would first read the pack that it has begun. */
async function leave({ repository }: World, owner: ReturnType<typeof spawn>): Promise<void> {
  const ended = once(owner, 'exit');
  for (const lock of readdirSync(join(repository, 'locks'))) rmSync(join(repository, 'locks', lock));
  owner.kill('SIGKILL');
  await ended;
}
