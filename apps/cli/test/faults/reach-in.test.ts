import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Daemon } from '../support/daemon.ts';
import { password, until, World } from '../support/world.ts';
import { engineAtWork, identityOf, slowDown } from './aftermath.ts';

/** Where the kernel puts core files; a program that takes them, or a place of its own, is no matter of ours. */
const corePattern = existsSync('/proc/sys/kernel/core_pattern')
  ? readFileSync('/proc/sys/kernel/core_pattern', 'utf8').trim()
  : '|';
const coresAreHere = !/[|/]/.test(corePattern);

const ofProcess = (pid: number, name: string): string => readFileSync(`/proc/${pid}/${name}`, 'latin1');

/** What a user has set up for themselves, and no engine of ours is to know. */
const ownSettings = {
  NODE_OPTIONS: '--no-warnings',
  LD_LIBRARY_PATH: '/nonexistent',
  RESTIC_PASSWORD_COMMAND: 'id',
  RESTIC_REPOSITORY: '/elsewhere',
  RCLONE_RC: 'true',
  BORG_PASSCOMMAND: 'id',
  SSLKEYLOGFILE: '/tmp/keys',
};

test('no memory of what holds secrets gets into a core file, and nothing of our environment into an engine', async () => {
  using world = new World();
  slowDown(world, 20);
  const run = world.start(['run'], { env: ownSettings });
  await engineAtWork(world);
  const [shim = 0, engine = 0] = [identityOf(world, 'shim'), identityOf(world, 'engine')];
  for (const pid of [run.child.pid ?? 0, shim, engine]) expect(ofProcess(pid, 'coredump_filter')).toBe('00000000\n');
  for (const pid of [shim, engine]) {
    const names = ofProcess(pid, 'environ')
      .split('\0')
      .map((each) => each.split('=')[0] ?? '');
    expect(names.filter((name) => Object.hasOwn(ownSettings, name))).toEqual([]);
  }
  expect(ofProcess(engine, 'environ')).toContain('RESTIC_PROGRESS_FPS');
});

test('the signal that opens a debugger opens none, in a daemon and in a run', async () => {
  using world = new World();
  slowDown(world, 20);
  const run = world.start(['run']);
  await engineAtWork(world);
  run.child.kill('SIGUSR1');
  run.child.kill('SIGINT');
  const { stderr } = await run.ended;
  expect(stderr).not.toContain('Debugger');
  const daemon = await Daemon.start(world);
  daemon.signal('SIGUSR1');
  expect(await daemon.get('/v1/status')).toMatchObject({ jobs: [{}] });
  expect((await daemon.stop()).stderr).not.toContain('Debugger');
});

test.runIf(coresAreHere)(
  `a coordinator that crashes leaves no password behind (where core files go to the folder of a process: "${corePattern}")`,
  async () => {
    using world = new World();
    slowDown(world, 20);
    const run = world.start(['run']);
    await engineAtWork(world);
    const pid = run.child.pid ?? 0;
    execFileSync('prlimit', [`--pid=${pid}`, '--core=unlimited']);
    process.kill(pid, 'SIGABRT');
    expect((await run.ended).signal).toBe('SIGABRT');
    const cores = await until('the core file is there', () => {
      const found = readdirSync(world.folder).filter((name) => name.startsWith('core'));
      return found.length > 0 && found;
    });
    for (const name of cores) expect(readFileSync(join(world.folder, name)).includes(password)).toBe(false);
  },
);
