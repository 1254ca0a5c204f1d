import { aChain } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { ChainWorld } from './chain-world.ts';

test('cancelling a chain cancels what runs, skips the rest, and closes its brackets', async () => {
  await using world = await ChainWorld.create(aChain(['mount -> a', 'a -> b'], { umount: { closes: 'mount' } }));
  const held = world.backend('a').holdNext('backup');
  const handle = world.coordinator.runBackupJob('nightly');
  await held.reached;
  handle.cancel('enough');
  const run = await handle;
  expect(run).toMatchObject({ outcome: 'cancelled', error: { code: 'run.cancelled', exitCode: 130 } });
  expect(world.ends.toSorted()).toEqual(['a: cancelled', 'b: skipped', 'mount: succeeded', 'umount: succeeded']);
  expect(run.record.cancelRequestedAt).not.toBeNull();
});

test('a closer that works is not cancelled with its chain', async () => {
  await using world = await ChainWorld.create(aChain(['mount -> a'], { umount: { closes: 'mount' } }));
  const held = world.backend('umount').holdNext('backup');
  const handle = world.coordinator.runBackupJob('nightly');
  await held.reached;
  handle.cancel();
  held.release();
  expect(await handle).toMatchObject({ outcome: 'cancelled' });
  expect(world.ends.at(-1)).toBe('umount: succeeded');
});

test('a node that somebody cancels is a failure of the chain', async () => {
  await using world = await ChainWorld.create(aChain(['a -> b', 'a -failure-> c']));
  const held = world.backend('a').holdNext('backup');
  const handle = world.coordinator.runBackupJob('nightly');
  await held.reached;
  const node = world.runs.find(({ job }) => job === 'a');
  await world.coordinator.cancel(node?.id ?? '');
  expect(await handle).toMatchObject({ outcome: 'warning' });
  expect(world.ends.toSorted()).toEqual(['a: cancelled', 'b: skipped', 'c: succeeded']);
});

test('a chain that takes too long is ended as if cancelled, and has failed', async () => {
  const chain = aChain(['mount -> a', 'a -> b'], { umount: { closes: 'mount' } }, { maxRuntimeMs: 60_000 });
  await using world = await ChainWorld.create(chain);
  const held = world.backend('a').holdNext('backup');
  const handle = world.coordinator.runBackupJob('nightly');
  await held.reached;
  world.world.clock.pass(61_000);
  expect(await handle).toMatchObject({ outcome: 'failed', error: { code: 'run.deadline' } });
  expect(world.ends.toSorted()).toEqual(['a: cancelled', 'b: skipped', 'mount: succeeded', 'umount: succeeded']);
});

test('a chain does not stall while its jobs work', async () => {
  await using world = await ChainWorld.create(aChain(['a'], {}, { stallTimeoutMs: 60_000 }));
  const held = world.backend('a').holdNext('backup');
  const handle = world.coordinator.runBackupJob('nightly');
  await held.reached;
  world.world.clock.pass(300_000);
  held.release();
  expect(await handle).toMatchObject({ outcome: 'succeeded' });
});

test('a node whose deadline passes is missed, and what comes after it follows its edges', async () => {
  const chain = aChain(['a -> b', 'b -> c', 'b -skipped-> d'], { b: { deadlineMs: 90_000 } });
  await using world = await ChainWorld.create(chain);
  const held = world.backend('a').holdNext('backup');
  const handle = world.coordinator.runBackupJob('nightly');
  await held.reached;
  await world.life.events.first('run.finished');
  held.release();
  const run = await handle;
  expect(run).toMatchObject({
    outcome: 'warning',
    suspicions: [expect.stringContaining('"b" was not started in time')],
  });
  expect(world.ends.toSorted()).toEqual(['a: succeeded', 'b: missed', 'c: skipped', 'd: succeeded']);
  const [a, b] = ['a', 'b'].map((job) => world.runs.find((one) => one.job === job));
  expect((b?.finishedAt ?? 0) - run.record.queuedAt).toBeGreaterThanOrEqual(90_000);
  expect(b?.finishedAt).toBeLessThanOrEqual(a?.finishedAt ?? 0);
});

test('cancelling reaches a chain in a chain', async () => {
  await using world = await ChainWorld.create(aChain(['weekly -> b']));
  const inner = aChain(
    ['mount -> a'],
    { umount: { closes: 'mount', job: 'b' }, mount: { job: 'b' }, a: { job: 'spare' } },
    { id: 'weekly' },
  );
  await world.register(inner);
  await world.register(world.jobOf('spare'));
  const held = world.backend('spare').holdNext('backup');
  const handle = world.coordinator.runBackupJob('nightly');
  await held.reached;
  handle.cancel();
  expect(await handle).toMatchObject({ outcome: 'cancelled' });
  const record = world.runs.find(({ job }) => job === 'weekly');
  expect(record?.report).toMatchObject({
    nodes: [
      { node: 'mount', outcome: 'succeeded' },
      { node: 'a', outcome: 'cancelled' },
      { node: 'umount', outcome: 'succeeded' },
    ],
  });
});
