import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { canBtrfs } from './support/disk-world.ts';
import { expectThawed, FrozenWorld } from './support/frozen-world.ts';
import { canChangeUser, helperProgram, nobody, PrivilegedWorld, stranger } from './support/privileged-world.ts';
import { password, umbraProgram, until } from './support/world.ts';

/** Somebody who is nothing but the one with the right to read everything. */
const reader = 12_346;

const has = (program: string): boolean => spawnSync(program, ['--version']).status === 0;
const mayHaveNamespaces = spawnSync('unshare', ['--user', '--map-root-user', 'true'], { uid: stranger }).status === 0;

/** The program as its unit has it: started by a connection, as a user with these rights. */
function startBySocket(world: PrivilegedWorld, ...more: readonly string[]): ChildProcess {
  for (const folder of [world.sockets, join(world.sockets, 'proof-backup'), world.helperState]) mkdirSync(folder);
  chownSync(world.helperState, reader, nobody);
  chownSync(join(world.sockets, 'proof-backup'), reader, nobody);
  chmodSync(join(world.sockets, 'proof-backup'), 0o1730);
  const right = ['-all', '+dac_read_search', ...more].join(',');
  const asReader = [`--reuid=${reader}`, `--regid=${nobody}`, '--clear-groups', `--bounding-set=${right}`];
  const rights = [...asReader, `--inh-caps=${right}`, `--ambient-caps=${right}`];
  const activation = ['-l', join(world.sockets, 'backup.sock'), `--setenv=UMBRA_WORLD=${world.folder}`];
  const places = ['--policy', world.policy, '--dir', world.sockets, '--state', world.helperState];
  return spawn(
    'systemd-socket-activate',
    [...activation, 'setpriv', ...rights, process.execPath, helperProgram, '--role', 'backup', ...places],
    { env: { PATH: '/usr/bin:/bin' }, stdio: 'ignore' },
  );
}

/** Waits for the socket, and lets the user of the world connect. */
async function openSocket({ sockets }: PrivilegedWorld): Promise<void> {
  const socket = join(sockets, 'backup.sock');
  await until('the socket is there', () => existsSync(socket));
  chownSync(socket, 0, nobody);
  chmodSync(socket, 0o660);
}

/** Every file below a folder, as text. */
const textsBelow = (folder: string): string =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true)
    .map((path) => readFileSync(path, 'latin1'))
    .join('\n');

describe.skipIf(!canChangeUser || !has('systemd-socket-activate') || !has('setpriv'))(
  'the privileged program with one right (needs root, systemd-socket-activate and setpriv)',
  () => {
    test('is started by the connection, and saves what only root can read', async () => {
      using world = new PrivilegedWorld();
      const activation = startBySocket(world);
      try {
        await openSocket(world);
        const { code, stdout, stderr } = await world.umbra('run', 'documents');
        expect(code, stdout + stderr).toBe(0);
        const [snapshot] = world.snapshots();
        const shadow = join(world.source, 'secret/shadow');
        expect(world.restic('dump', '--no-lock', snapshot?.id ?? '', shadow)).toBe('only root');
        expect(await world.json('helper', 'status')).toMatchObject({ roles: [{ warnings: [] }, {}, {}, {}] });
        const own = world.processes().map((pid) => readFileSync(`/proc/${pid}/status`, 'utf8'));
        const helper = own.find((status) => status.includes(`Uid:\t${reader}\t`)) ?? '';
        expect(/^CapEff:\s+(\w+)$/m.exec(helper)?.[1]).toBe('0000000000000004');
        // It has the password of the repository, and tells nobody.
        expect(textsBelow(world.helperState)).not.toContain(password);
      } finally {
        activation.kill();
      }
    });

    test.skipIf(!canBtrfs)(
      'looks through a snapshot that another role made (needs btrfs-progs and a loop device)',
      async () => {
        using world = new FrozenWorld();
        const activation = startBySocket(world, '+sys_chroot');
        const rights = '-all,+sys_admin,+dac_read_search,+fowner,+setuid,+setgid,+kill';
        // What a service manager does for it takes one more.
        const volumes = await world.startLimited(`${rights},+chown`, 'volumes');
        try {
          await openSocket(world);
          const { code, stdout, stderr } = await world.umbra('run', 'documents');
          expect(code, stdout + stderr).toBe(0);
          const [snapshot] = world.snapshots();
          expect(snapshot).toMatchObject({ paths: [world.data] });
          expect(world.restic('dump', '--no-lock', snapshot?.id ?? '', join(world.data, 'file'))).toBe('as it was');
          expectThawed(world);
        } finally {
          volumes.kill();
          activation.kill();
        }
      },
    );
  },
);

describe.skipIf(!canChangeUser)('the privileged program (needs root, to work as nobody)', () => {
  test.skipIf(!mayHaveNamespaces)('sees who poses as root in a user namespace', async () => {
    using world = new PrivilegedWorld();
    await world.startHelper('backup');
    const socket = join(world.sockets, 'backup.sock');
    chownSync(socket, 0, 0);
    chmodSync(socket, 0o666);
    chmodSync(world.at('tmp'), 0o1777);
    chmodSync(world.at('password'), 0o644);
    const places = { UMBRA_STATE_DIR: world.at('tmp', 'state'), UMBRA_CACHE_DIR: world.at('tmp', 'cache') };
    const asRoot = ['--user', '--map-root-user', process.execPath, umbraProgram, 'helper', 'status'];
    const { status } = spawnSync('unshare', asRoot, {
      env: { ...world.env, ...places, HOME: world.at('tmp') },
      cwd: world.at('tmp'),
      uid: stranger,
      gid: stranger,
    });
    expect(status).toBe(31);
    // Inside, the socket belongs to nobody: the client itself turns away, or it is refused by its real number.
    expect(world.audit().filter(({ uid }) => uid !== stranger && uid !== null)).toEqual([]);
    expect(world.audit().filter(({ event }) => event !== 'refused')).toEqual([]);
  });

  test('ends an engine whose coordinator is gone, if the job says so', async () => {
    using world = new PrivilegedWorld(
      '    orphanPolicy: die\n    limits: { upload: 512KiB/s }\n    verify: { afterBackup: none }\n',
    );
    world.write('large', randomBytes(20_000_000));
    await world.startHelper('backup');
    const run = world.start(['run', 'documents']);
    await until('the engine has its lock', () => world.locks().length > 0);
    // It goes on when the program has ended, with whose unit a /tmp of its own goes.
    const [engine] = world.engines();
    expect(readFileSync(`/proc/${engine}/environ`, 'utf8').split('\0')).toContain(`TMPDIR=${world.helperState}/tmp`);
    run.child.kill('SIGKILL');
    await run.ended;
    await until('its lock is gone', () => world.locks().length === 0);
    await until('the engine is gone', () => world.engines().length === 0);
    expect(world.snapshots()).toEqual([]);
  });

  test('is asked by the daemon as it is by the command line', async () => {
    using world = new PrivilegedWorld('    throttle: { cpu: 50%, priority: low, ioPriority: low }\n');
    await world.startHelper('backup');
    expect(await world.umbra('daemon', 'start')).toMatchObject({ code: 0 });
    try {
      const { code, stdout, stderr } = await world.umbra('run', 'documents');
      expect(code, stdout + stderr).toBe(0);
      expect(world.snapshots()).toHaveLength(1);
    } finally {
      expect(await world.umbra('daemon', 'stop')).toMatchObject({ code: 0 });
    }
  });
});

describe('umbra-helper', () => {
  const refusal = (args: readonly string[], env: Readonly<Record<string, string>> = {}): string =>
    spawnSync(process.execPath, [helperProgram, ...args], { env: { PATH: '/usr/bin', ...env }, encoding: 'utf8' })
      .stderr;

  test('is not started where somebody could reach into it', () => {
    expect(refusal(['--role', 'backup'], { NODE_OPTIONS: '--no-warnings' })).toContain('NODE_OPTIONS is set');
    expect(refusal(['--role', 'backup'], { LD_LIBRARY_PATH: '/tmp' })).toContain('LD_LIBRARY_PATH is set');
    expect(refusal([])).toContain('it has no role');
    expect(refusal(['--role', 'shell'])).toContain('there is no role shell');
  });

  test.skipIf(!canChangeUser)('that opened one door and cannot open the next ends (needs root)', () => {
    using world = new PrivilegedWorld();
    mkdirSync(join(world.sockets, 'restore.sock', 'full'), { recursive: true });
    const places = ['--policy', world.policy, '--dir', world.sockets, '--state', world.helperState];
    const { status, signal } = spawnSync(
      process.execPath,
      [helperProgram, '--role', 'backup', '--role', 'restore', ...places],
      { env: { PATH: '/usr/bin' }, timeout: 20_000 },
    );
    expect({ status, signal }).toEqual({ status: 1, signal: null });
    expect(existsSync(join(world.sockets, 'backup.sock'))).toBe(false);
  });

  test('has nothing of the command line, the configuration or plug-ins in it', () => {
    const text = readFileSync(helperProgram, 'utf8');
    for (const word of ['umbra.yaml', 'definePlugin', 'inversify', 'createServer({ key', 'shell: true', 'node:http'])
      expect(text).not.toContain(word);
    expect(execFileSync(process.execPath, [helperProgram, '--version'], { encoding: 'utf8' })).toMatch(
      /^\d+\.\d+\.\d+\n$/,
    );
  });
});
