import { getPriority } from 'node:os';
import { describe, expect, test } from 'vitest';
import { expectNothingLeft, underWay } from './support/privileged-run.ts';
import { canChangeUser, type PrivilegedWorld } from './support/privileged-world.ts';
import { stateOf } from './support/process-state.ts';
import { until, type Started } from './support/world.ts';

/** Seconds that are not over before the engine is told what to do, however busy the machine is. */
const long = 40;

/** A run whose engine was told to stand still. */
async function paused() {
  const { world, run } = await underWay('    throttle: { priority: low, readConcurrency: 1 }\n', long);
  const [engine = 0] = world.engines();
  await tell(world, '--pause');
  await until('the engine stands still', () => stateOf(engine) === 'T');
  return { world, run, engine };
}

async function tell(world: PrivilegedWorld, ...words: readonly string[]): Promise<void> {
  const { code, stderr } = await world.umbra('throttle', 'set', 'documents', ...words);
  expect(code, stderr).toBe(0);
}

/** What it works on for long is not waited for. */
async function expectCancelled(world: PrivilegedWorld, run: Started): Promise<void> {
  run.child.kill('SIGINT');
  const { code, stderr } = await run.ended;
  expect(code, stderr).toBe(130);
  expect(await world.json('history', 'documents')).toMatchObject({ runs: [{ outcome: 'cancelled' }] });
  expect(world.snapshots()).toEqual([]);
  expectNothingLeft(world);
}

async function expectOneSnapshot(world: PrivilegedWorld): Promise<void> {
  expect(await world.json('history', 'documents')).toMatchObject({ runs: [{ outcome: 'succeeded' }] });
  expect(world.snapshots()).toHaveLength(1);
  expectNothingLeft(world);
}

describe.skipIf(!canChangeUser)('an engine of somebody with more rights (needs root, to work as nobody)', () => {
  test.concurrent('begins with what its job says, and stands still, gives way and goes on as it is told', async () => {
    const { world, run, engine } = await paused();
    using _world = world;
    await until('it gave way from the start', () => getPriority(engine) === 10);
    await tell(world, '--resume', '--priority', 'normal');
    await until('it goes on like everybody', () => stateOf(engine) !== 'T' && getPriority(engine) === 0);
    await tell(world, '--upload', 'unlimited');
    const { code, stderr } = await run.ended;
    expect(code, stderr).toBe(0);
    for (const words of ['throttled: paused', 'what limits it cannot be changed while it works'])
      expect(stderr).toContain(words);
    expect(stateOf(engine)).toBeUndefined();
    await expectOneSnapshot(world);
    const told = world.audit().map(({ event, verb }) => `${event} ${verb}`);
    for (const verb of ['pause', 'resume', 'adjust']) expect(told).toContain(`done ${verb}`);
  });

  test.concurrent('goes on by itself when the program that stopped it is killed', async () => {
    const { world, run, engine } = await paused();
    using _world = world;
    world.killHelper();
    await until('it goes on', () => stateOf(engine) !== 'T');
    await world.startHelper();
    await expectCancelled(world, run);
  });

  test.concurrent('is let go on by the next call when its coordinator was killed', async () => {
    const { world, run, engine } = await paused();
    using _world = world;
    run.child.kill('SIGKILL');
    await run.ended;
    expect(stateOf(engine)).toBe('T');
    await tell(world, '--auto');
    const next = world.start(['run', '--due']);
    await until('it goes on', () => stateOf(engine) !== 'T');
    expect(world.engines()).toEqual([engine]);
    await expectCancelled(world, next);
  });

  test.concurrent('ends cleanly when it is cancelled while it stands still', async () => {
    const { world, run } = await paused();
    using _world = world;
    await expectCancelled(world, run);
  });
});
