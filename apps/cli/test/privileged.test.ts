import { chmodSync, chownSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { problemsOf } from './support/conforms.ts';
import { expectNothingLeft, underWay } from './support/privileged-run.ts';
import { canChangeUser, nobody, PrivilegedWorld, stranger } from './support/privileged-world.ts';

/** Runs of the history, newest first. */
async function history(world: PrivilegedWorld): Promise<readonly { readonly [name: string]: unknown }[]> {
  const { runs } = (await world.json('history', 'documents')) as {
    runs: readonly { readonly [name: string]: unknown }[];
  };
  return runs;
}

describe.skipIf(!canChangeUser)('a privileged job (needs root, to work as nobody)', () => {
  test.concurrent('saves what only root can read, and says who asked before it does', async () => {
    using world = new PrivilegedWorld();
    await world.startHelper();
    const { code, stdout, stderr } = await world.umbra('run', 'documents');
    expect(code, stdout + stderr).toBe(0);
    const [snapshot, ...more] = world.snapshots();
    expect(more).toEqual([]);
    expect(world.restic('dump', '--no-lock', snapshot?.id ?? '', join(world.source, 'secret/shadow'))).toBe(
      'only root',
    );
    expect(await history(world)).toMatchObject([{ outcome: 'succeeded', snapshot: snapshot?.id }]);
    const told = world.audit().map(({ event, verb, uid }) => [event, verb, uid]);
    expect(told.slice(0, 4)).toEqual([
      ['accepted', 'look', nobody],
      ['done', 'look', nobody],
      ['accepted', 'backup', nobody],
      ['done', 'backup', nobody],
    ]);
    expectNothingLeft(world);
  });

  test.concurrent('restores with owners and modes, into a folder that only root may look into', async () => {
    using world = new PrivilegedWorld();
    await world.startHelper();
    expect(await world.umbra('run', 'documents', '--quiet')).toMatchObject({ code: 0 });
    const restored = await world.json('helper', 'restore', 'documents@latest', '--verify');
    expect(problemsOf('helper-restore', restored)).toEqual([]);
    const { target, failedCount } = restored as { readonly target: string; readonly failedCount: number };
    expect(failedCount).toBe(0);
    const facts = (path: string): readonly number[] => {
      const { uid, gid, mode } = statSync(path);
      return [uid, gid, mode & 0o7777];
    };
    expect(facts(target)).toEqual([0, 0, 0o700]);
    const place = join(target, world.source);
    expect(facts(place)).toEqual([0, 0, 0o700]);
    expect(facts(join(place, 'owned'))).toEqual([1234, 4321, 0o640]);
    expect(readFileSync(join(place, 'secret/shadow'), 'utf8')).toBe('only root');
    // Root puts it in place as any other restore: what was there can be had back.
    const own = { UMBRA_CONFIG: world.at('root.yaml'), UMBRA_STATE_DIR: world.at('root-state') };
    const ofUser = readFileSync(world.config, 'utf8');
    writeFileSync(own.UMBRA_CONFIG, ofUser.replace(world.at('password'), world.at('root-password')));
    const asRoot = (...args: string[]) => world.start(args, { uid: 0, gid: 0, env: own }).ended;
    writeFileSync(join(world.source, 'owned'), 'by mistake');
    rmSync(join(world.source, 'secret'), { recursive: true });
    const inPlace = ['restore', 'documents@latest', '--in-place', '--overwrite', 'if-changed', '-y'];
    const put = await asRoot(...inPlace, '--staged', target, '--json');
    expect(put.code, put.stdout + put.stderr).toBe(0);
    expect(facts(join(world.source, 'owned'))).toEqual([1234, 4321, 0o640]);
    expect(readFileSync(join(world.source, 'owned'), 'utf8')).toBe('by somebody');
    expect(readFileSync(join(world.source, 'secret/shadow'), 'utf8')).toBe('only root');
    const { restores } = JSON.parse((await asRoot('restore', '--list', '--json')).stdout) as {
      restores: readonly { id: string }[];
    };
    const undone = await asRoot('restore', '--undo', restores[0]?.id ?? '', '-y');
    expect(undone.code, undone.stdout + undone.stderr).toBe(0);
    expect(readFileSync(join(world.source, 'owned'), 'utf8')).toBe('by mistake');
    chmodSync(target, 0o777);
    expect(await asRoot(...inPlace, '--staged', target)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('is no folder that only its owner can write'),
    });
    rmSync(target, { recursive: true });

    const { code } = await world.umbra('helper', 'restore', `documents@latest:${world.source}/owned`);
    expect(code).toBe(0);
    world.writePolicy({ repositories: { home: { location: world.repository, password: 'file:/p' } } });
    expect(await world.umbra('helper', 'restore', 'documents@latest')).toMatchObject({
      code: 31,
      stderr: expect.stringContaining('The policy lets nobody restore from home'),
    });
    expectNothingLeft(world);
  });

  test.concurrent('is told of by status, doctor, and a policy that does what it says', async () => {
    using world = new PrivilegedWorld('    excludes: ["*.tmp"]\n');
    const { code, stdout } = await world.umbra('helper', 'policy');
    expect(code).toBe(0);
    const proposed = JSON.parse(stdout) as Record<string, unknown>;
    expect(proposed).toMatchObject({ users: ['nobody'], jobs: { documents: { excludes: ['*.tmp'] } } });
    world.writePolicy({ ...proposed, repositories: { home: world.allowed() } });
    await world.startHelper('backup');
    const status = await world.json('helper', 'status');
    expect(problemsOf('helper', status)).toEqual([]);
    expect(status).toMatchObject({
      roles: [
        { role: 'backup', allowed: ['documents'] },
        { role: 'restore', version: null },
        { role: 'volumes' },
        { role: 'mounts' },
      ],
    });
    const doctor = await world.json('doctor');
    expect(problemsOf('doctor', doctor)).toEqual([]);
    const told = JSON.stringify(doctor);
    for (const words of ['answers', 'more rights than it needs', 'is there for umbra-helper'])
      expect(told).toContain(words);
    expect(await world.umbra('run', 'documents')).toMatchObject({ code: 0 });
    chmodSync(world.policy, 0o666);
    expect(await world.umbra('doctor')).toMatchObject({ code: 1, stdout: expect.stringContaining("not root's alone") });
  });

  test.concurrent('does not answer for a configuration that is wrong: that is said once, and for no role', async () => {
    using world = new PrivilegedWorld('    sourecs: []\n');
    const { code, stdout, stderr } = await world.umbra('helper', 'status');
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
    expect(stderr.split('unknown key')).toHaveLength(2);
  });

  test.concurrent('is installed by files that are printed first', async () => {
    using world = new PrivilegedWorld();
    const printed = await world.json('helper', 'install', '--print', '--role', 'backup,restore', '--format', 'systemd');
    expect(problemsOf('units', printed)).toEqual([]);
    const { files } = printed as { readonly files: readonly { readonly path: string; readonly text: string }[] };
    expect(files.map(({ path }) => path)).toEqual([
      '/etc/systemd/system/umbra-helper-backup.socket',
      '/etc/systemd/system/umbra-helper-backup.service',
      '/etc/systemd/system/umbra-helper-restore.socket',
      '/etc/systemd/system/umbra-helper-restore.service',
      '/etc/sysusers.d/umbra-helper.conf',
      '/etc/tmpfiles.d/umbra-helper.conf',
    ]);
    expect(files.find(({ path }) => path.endsWith('backup.service'))?.text).toContain('dist/umbra-helper.js');
    // One of an earlier version that is at work goes, or it would be asked for ever.
    const { stdout } = await world.umbra('helper', 'install', '--print', '--role', 'backup', '--format', 'systemd');
    expect(stdout).toContain('$ systemctl try-restart umbra-helper-backup.service\n');
    expect(await world.umbra('helper', 'install')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('only root'),
    });
    const plist = await world.umbra('helper', 'install', '--print', '--format', 'launchd');
    expect(plist.stdout).toContain('org.umbracore.umbra-helper-backup');
  });

  test.concurrent('without the privileged program nothing is saved, and it is said', async () => {
    using world = new PrivilegedWorld();
    expect(await world.umbra('run', 'documents', '--no-retry')).toMatchObject({
      code: 31,
      stderr: expect.stringContaining('umbra helper install'),
    });
    expect(world.snapshots()).toEqual([]);
  });

  test.concurrent('a policy that says anything else is in force', async () => {
    using world = new PrivilegedWorld();
    world.writePolicy({
      jobs: { documents: { repositories: ['home'], sources: [world.source], excludes: ['*.tmp'] } },
    });
    await world.startHelper();
    expect(await world.umbra('run', 'documents')).toMatchObject({
      code: 31,
      stderr: expect.stringContaining('The policy has other excludes for job documents'),
    });
    expect(world.audit().at(-1)).toMatchObject({ event: 'refused', verb: 'backup', uid: nobody });
    expect(world.snapshots()).toEqual([]);
  });

  test.concurrent('somebody else cannot connect, and is refused where they can', async () => {
    using world = new PrivilegedWorld();
    await world.startHelper();
    const place = { UMBRA_STATE_DIR: world.at('tmp', 'other'), UMBRA_CACHE_DIR: world.at('tmp', 'cache') };
    chmodSync(world.at('tmp'), 0o1777);
    const asked = () =>
      world.start(['run', 'documents', '--no-retry'], { uid: stranger, gid: stranger, env: place }).ended;
    chmodSync(world.at('password'), 0o644);
    const first = await asked();
    expect(first.code, first.stderr).toBe(31);
    expect(world.audit()).toEqual([]);
    // As a slip of an administrator would leave it.
    chownSync(join(world.sockets, 'backup.sock'), 0, 0);
    chmodSync(join(world.sockets, 'backup.sock'), 0o666);
    expect(await asked()).toMatchObject({ code: 31, stderr: expect.stringContaining('does not have this user') });
    expect(world.audit()).toMatchObject([{ event: 'refused', verb: 'hello', uid: stranger }]);
    expect(world.snapshots()).toEqual([]);
  });

  test.concurrent('a privileged program that is killed and comes back: the same run, one snapshot', async () => {
    const { world, run } = await underWay();
    using _world = world;
    world.killHelper();
    await world.startHelper();
    const { code, stdout, stderr } = await run.ended;
    expect(code, stdout + stderr).toBe(0);
    expect(await history(world)).toMatchObject([{ outcome: 'succeeded', attempts: [{ outcome: 'succeeded' }] }]);
    expect(world.snapshots()).toHaveLength(1);
    expectNothingLeft(world);
  });

  test.concurrent('after a killed coordinator the next call adopts the engine: same run, one snapshot', async () => {
    const { world, run } = await underWay();
    using _world = world;
    run.child.kill('SIGKILL');
    await run.ended;
    expect(world.engines()).toHaveLength(1);
    const { code, stdout, stderr } = await world.umbra('run', '--due');
    expect(code, stdout + stderr).toBe(0);
    expect(await history(world)).toMatchObject([{ outcome: 'succeeded', attempts: [{ outcome: 'succeeded' }] }]);
    expect(world.snapshots()).toHaveLength(1);
    expectNothingLeft(world);
  });

  test.concurrent('Ctrl-C: cancelled, without an engine or a lock', async () => {
    const { world, run } = await underWay();
    using _world = world;
    run.child.kill('SIGINT');
    const { code, stderr } = await run.ended;
    expect(code, stderr).toBe(130);
    expect(await history(world)).toMatchObject([{ outcome: 'cancelled' }]);
    expect(world.snapshots()).toEqual([]);
    expectNothingLeft(world);
  });
});
