import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { umbraProgram, until, World } from '../support/world.ts';
import { expectNothingLeft, expectRefusal, slowDown, speedUp } from './aftermath.ts';

const isRoot = process.getuid?.() === 0;
/** Pids of its own, under the same host name. */
const container = [...(isRoot ? [] : ['--user', '--map-root-user']), '--pid', '--fork', '--mount-proc', '--kill-child'];
/** With pids that nobody else has: a lock names only the pid of its owner. */
const beyond =
  'echo $(($(cat /proc/sys/kernel/pid_max) - 1000)) > /proc/sys/kernel/ns_last_pid || true; exec "$0" "$@"';
const mayHaveContainers = spawnSync('unshare', [...container, 'true']).status === 0;

test.runIf(mayHaveContainers)(
  'a run of another container with the same name and state folder is left to it, and can be cancelled from here',
  async () => {
    using world = new World();
    slowDown(world, 20);
    const run = spawn(
      'unshare',
      [...container, 'sh', '-c', beyond, process.execPath, umbraProgram, 'run', 'documents'],
      {
        env: world.env,
        stdio: 'ignore',
      },
    );
    const ended = once(run, 'exit');
    await until('its engine has its lock', () => world.locks().length > 0);
    expectRefusal(await world.umbra('run'), 6, 'job.already-running', 'cannot be seen from here');
    const unlock = await world.umbra('repo', 'unlock', 'home');
    expect(unlock.stdout + unlock.stderr).toMatch(/process \d+ (may be one of another container|runs on this host)/);
    expect(world.locks()).toHaveLength(1);
    expect(await world.history()).toMatchObject([{ outcome: null }]);
    speedUp(world);
    const { code, stderr } = await world.umbra('cancel', 'documents');
    expect(code, stderr).toBe(0);
    expect(await ended).toEqual([130, null]);
    expect(await expectNothingLeft(world)).toMatchObject([{ outcome: 'cancelled', attempts: [{}] }]);
  },
);

test.runIf(mayHaveContainers)(
  'whoever waits for a sign of life of a container that is gone says so, and need not wait',
  async () => {
    using world = new World();
    slowDown(world, 20);
    const run = spawn('unshare', [...container, process.execPath, umbraProgram, 'run', 'documents'], {
      env: world.env,
      stdio: 'ignore',
    });
    const ended = once(run, 'exit');
    await until('its engine has its lock', () => world.locks().length > 0);
    run.kill('SIGKILL');
    await ended;
    await until('nothing of it is left', () => world.processes().length === 0);
    // As it is half a minute later.
    using state = new DatabaseSync(join(world.state, 'state.db'));
    state.exec('update runs set lease_until = 0 where lease_until is not null');
    for (const args of [['run'], ['repo', 'unlock', 'home'], ['run', '--due']]) {
      const waiting = world.start(args);
      const said = /process \d+ on \S+ still works on r-\S+ cannot be seen from here: waits up to 30 s/;
      await until(`${args.join(' ')} says for whom it waits`, () => said.test(waiting.stderr()));
      waiting.child.kill('SIGINT');
      const sinceMs = performance.now();
      expect(await waiting.ended).toMatchObject({ code: 130, stdout: '' });
      expect(performance.now() - sinceMs).toBeLessThan(15_000);
    }
    expect(await world.history()).toMatchObject([{ outcome: null }]);
  },
);
