import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { canChangeUser, nobody, PrivilegedWorld, stranger } from './support/privileged-world.ts';
import { until, type Started } from './support/world.ts';

/** Runs of the history, newest first. */
async function history(world: PrivilegedWorld): Promise<readonly { readonly [name: string]: unknown }[]> {
  const { runs } = (await world.json('history', 'documents')) as {
    runs: readonly { readonly [name: string]: unknown }[];
  };
  return runs;
}

/** A run whose engine works for some more seconds. */
async function underWay(): Promise<{ world: PrivilegedWorld; run: Started }> {
  const world = new PrivilegedWorld('    limits: { upload: 256KiB/s }\n    verify: { afterBackup: none }\n');
  world.write('large', randomBytes(1_000_000));
  await world.startHelper();
  const run = world.start(['run', 'documents']);
  await until('the engine has its lock', () => world.engines().length > 0 && world.locks().length > 0);
  return { world, run };
}

function expectNothingLeft(world: PrivilegedWorld): void {
  expect({ engines: world.engines(), locks: world.locks() }).toEqual({ engines: [], locks: [] });
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
