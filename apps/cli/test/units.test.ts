import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { World } from './support/world.ts';

/** A world whose service manager only writes down what it is told, and ends with `exit`. */
function managedWorld(exit = 0): { world: World; told: () => string[]; units: string } {
  const world = new World();
  const log = world.at('systemctl.log');
  const program = join(world.makeFolder('bin'), 'systemctl');
  writeFileSync(program, `#!/bin/sh\necho "$*" >> '${log}'\necho 'no such manager' >&2\nexit ${exit}\n`);
  chmodSync(program, 0o755);
  world.env['PATH'] = `${world.at('bin')}:${world.env['PATH'] ?? ''}`;
  const told = (): string[] => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []);
  return { world, told, units: world.at('home', '.config', 'systemd', 'user') };
}

const systemd = ['--user', '--format', 'systemd'] as const;

test('what install writes, uninstall removes; a dry run writes nothing', async () => {
  const { world, told, units } = managedWorld();
  using _world = world;
  const dry = await world.umbra('daemon', 'install', ...systemd, '--dry-run');
  expect(dry).toMatchObject({ code: 0, stdout: expect.stringContaining('daemon run') });
  expect(existsSync(units)).toBe(false);

  expect(await world.umbra('daemon', 'install', ...systemd)).toMatchObject({ code: 0 });
  expect(readdirSync(units).toSorted()).toEqual(['umbra-check.service', 'umbra-check.timer', 'umbra.service']);
  expect(readFileSync(join(units, 'umbra.service'), 'utf8')).toContain(`UMBRA_CONFIG=${world.config}`);
  expect(told()).toEqual(['--user daemon-reload', '--user enable --now umbra.service umbra-check.timer']);

  expect(await world.umbra('daemon', 'uninstall', ...systemd)).toMatchObject({ code: 0 });
  expect(readdirSync(units)).toEqual([]);
  expect(told().at(-1)).toBe('--user disable --now umbra.service umbra-check.timer');
  expect(await world.umbra('daemon', 'uninstall', ...systemd)).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('Nothing of ours'),
  });
});

test('who it runs as is told by name, whatever the environment calls us', async () => {
  using world = new World();
  const user = ['daemon', 'install', '--user', '--format', 'openrc', '--dry-run'];
  const { stdout } = await world.start(user, { env: { USER: '' } }).ended;
  expect(stdout).toContain(`\ncommand_user=${userInfo().username}\n`);
  expect(stdout).toContain(`7 * * * * ${userInfo().username} `);
});

test('what could run nothing is not installed', async () => {
  const { world, told, units } = managedWorld();
  using _world = world;
  world.configure('    conditions: { powr: ac }\n');
  for (const noun of ['daemon', 'schedule']) {
    const outcome = await world.umbra(noun, 'install', ...systemd);
    expect(outcome).toMatchObject({
      code: 4,
      stdout: '',
      stderr: expect.stringContaining('there is no condition "powr"'),
    });
  }
  expect([existsSync(units), told()]).toEqual([false, []]);
});

test.runIf(process.getuid?.() === 0)('root loads no plug-in that the service loads as another user', async () => {
  const { world } = managedWorld();
  using _world = world;
  world.configure('plugins: [./moon.sh]\n');
  writeFileSync(world.at('moon.sh'), `#!/bin/sh\n: > '${world.at('was-started')}'\n`);
  chmodSync(world.at('moon.sh'), 0o777);
  for (const noun of ['daemon', 'schedule']) {
    const outcome = await world.umbra(noun, 'install', '--system', '--format', 'systemd', '--dry-run');
    expect(outcome).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`UMBRA_CONFIG=${world.config}`),
      stderr: expect.stringContaining(`sudo -u umbra umbra -c ${world.config} config check`),
    });
  }
  expect(existsSync(world.at('was-started'))).toBe(false);
});

test('a broken configuration keeps nobody from uninstalling', async () => {
  const { world, units } = managedWorld();
  using _world = world;
  expect(await world.umbra('schedule', 'install', ...systemd)).toMatchObject({ code: 0 });
  writeFileSync(world.config, 'jobs: 7\n');
  expect(await world.umbra('schedule', 'install', ...systemd)).toMatchObject({ code: 4 });
  expect(await world.umbra('schedule', 'uninstall', ...systemd)).toMatchObject({ code: 0 });
  expect(readdirSync(units)).toEqual([]);
});

test('a manager that refuses leaves nothing behind, and its words are told', async () => {
  const { world, units } = managedWorld(1);
  using _world = world;
  expect(await world.umbra('daemon', 'install', ...systemd)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('no such manager'),
  });
  expect(readdirSync(units)).toEqual([]);
});

test('a file of somebody else is neither replaced nor removed', async () => {
  const { world, units } = managedWorld();
  using _world = world;
  mkdirSync(units, { recursive: true });
  writeFileSync(join(units, 'umbra.service'), '[Service]\n');
  expect(await world.umbra('daemon', 'install', ...systemd)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('not made by umbra'),
  });
  expect(await world.umbra('daemon', 'uninstall', ...systemd)).toMatchObject({ code: 0 });
  expect(readFileSync(join(units, 'umbra.service'), 'utf8')).toBe('[Service]\n');
});

test('a daemon is started in the background, once, restarted and stopped', async () => {
  using world = new World();
  try {
    expect(await world.umbra('daemon', 'start', '--json')).toMatchObject({ code: 0 });
    expect(await world.umbra('daemon', 'start')).toMatchObject({ code: 6, stderr: expect.stringContaining('already') });
    expect(await world.umbra('daemon', 'restart')).toMatchObject({ code: 0 });
    expect(await world.umbra('daemon', 'status')).toMatchObject({ code: 0 });
  } finally {
    expect(await world.umbra('daemon', 'stop')).toMatchObject({ code: 0 });
  }
  expect(await world.umbra('daemon', 'status')).toMatchObject({ code: 30 });
});

test('a daemon that cannot start says why', async () => {
  using world = new World();
  writeFileSync(world.config, 'jobs: 7\n');
  expect(await world.umbra('daemon', 'start')).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('umbra.yaml:1:7'),
  });
});
