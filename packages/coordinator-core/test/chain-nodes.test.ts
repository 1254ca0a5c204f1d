import { aChain, aJob } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { ChainWorld } from './chain-world.ts';

test('a disabled job is skipped', async () => {
  await using world = await ChainWorld.create(aChain(['a -> b', 'a -skipped-> c']));
  await world.register({ ...world.jobOf('a'), enabled: false });
  expect(await world.coordinator.runBackupJob('nightly')).toMatchObject({ outcome: 'succeeded' });
  expect(world.ends.toSorted()).toEqual(['a: skipped', 'b: skipped', 'c: succeeded']);
  expect(world.runs.find(({ job }) => job === 'a')?.because).toMatchObject({ code: 'enabled' });
});

test('a node waits for another run of its job, and skips if the job says so', async () => {
  await using world = await ChainWorld.create(aChain(['a -> b', 'c']));
  await world.register(aJob({ ...world.jobOf('c'), kind: 'backup', overlap: 'skip' }));
  const held = ['a', 'c'].map((job) => world.backend(job).holdNext('backup'));
  const others = ['a', 'c'].map((job) => world.coordinator.runBackupJob(job));
  await Promise.all(held.map(({ reached }) => reached));
  const handle = world.coordinator.runBackupJob('nightly');
  const skipped = await world.life.events.first('run.finished');
  expect(skipped.record).toMatchObject({ job: 'c', state: 'skipped', because: { code: 'overlap' } });
  for (const one of held) one.release();
  expect(await handle).toMatchObject({ outcome: 'succeeded' });
  await Promise.all(others);
  expect(await world.backend('a').snapshots()).toHaveLength(2);
});

const conditions = (otherwise: 'wait' | 'skip') => ({
  all: [{ kind: 'power', options: {} }],
  otherwise,
  waitForMs: undefined,
});

test('a job whose conditions are not met is skipped in a chain too, unless they are to be ignored', async () => {
  await using world = await ChainWorld.create(aChain(['a -> b', 'c']));
  await world.register({ ...world.jobOf('a'), conditions: conditions('skip') });
  world.life.conditions.block('power', 'on battery');
  expect(await world.coordinator.runBackupJob('nightly')).toMatchObject({ outcome: 'succeeded' });
  expect(world.runs.find(({ job }) => job === 'a')?.because).toMatchObject({
    code: 'condition',
    text: 'power: on battery',
  });
  const run = await world.coordinator.runBackupJob('nightly', { ignoreConditions: true });
  expect(run).toMatchObject({ outcome: 'succeeded' });
  expect(await world.backend('a').snapshots()).toHaveLength(1);
});

test('a job waits for its conditions in a chain too', async () => {
  await using world = await ChainWorld.create(aChain(['a -> b', 'c']));
  await world.register({ ...world.jobOf('a'), conditions: conditions('wait') });
  world.life.conditions.block('power');
  const handle = world.coordinator.runBackupJob('nightly');
  expect((await world.life.events.first('run.finished')).job).toBe('c');
  world.life.conditions.release('power');
  expect(await handle).toMatchObject({ outcome: 'succeeded' });
  expect(world.ends.toSorted()).toEqual(['a: succeeded', 'b: succeeded', 'c: succeeded']);
  expect(world.life.conditions.looks.length).toBeGreaterThan(1);
});

test('a coordinator that is closed gives the chain back, and another one goes on', async () => {
  await using world = await ChainWorld.create(aChain(['a -> b', 'b -> c']));
  const held = world.backend('a').holdNext('backup');
  const handle = world.coordinator.runBackupJob('nightly');
  await held.reached;
  const closed = world.coordinator[Symbol.asyncDispose]();
  held.release();
  await expect(handle.all()).rejects.toMatchObject({ code: 'run.terminated' });
  await closed;
  expect(world.runs.map(({ job, state }) => `${job}: ${state}`)).toEqual(['nightly: running', 'a: succeeded']);
  await using next = world.another();
  for (const job of ['a', 'b', 'c']) await world.register(world.jobOf(job), next);
  expect(await next.recover()).toMatchObject([{ action: 'leave', reason: 'it goes on when somebody waits for it' }]);
  expect(await next.recover({ wait: true })).toMatchObject([{ action: 'adopt', record: { state: 'succeeded' } }]);
  expect(world.ends).toEqual(['a: succeeded', 'b: succeeded', 'c: succeeded']);
  expect(await world.backend('a').snapshots()).toHaveLength(1);
});

test('a node that another process carries out is waited for', async () => {
  await using world = await ChainWorld.create(aChain(['a -> b']));
  const elsewhere = world.another();
  await world.register(world.jobOf('a'), elsewhere);
  const held = world.backend('a').holdNext('backup');
  const handle = world.coordinator.runBackupJob('nightly');
  await held.reached;
  const node = world.runs.find(({ job }) => job === 'a');
  expect(await elsewhere.recover({ wait: true })).toMatchObject([{ action: 'leave' }, { action: 'leave' }]);
  expect(await elsewhere.cancel(node?.id ?? '')).toBe(true);
  world.world.clock.pass(1000);
  expect(await handle).toMatchObject({ outcome: 'failed' });
  expect(world.ends).toEqual(['a: cancelled', 'b: skipped']);
});

test('recovery leaves a queued node to its chain', async () => {
  await using world = await ChainWorld.create(aChain(['a -> b']));
  await world.register({ ...world.jobOf('a'), conditions: conditions('wait') });
  world.life.conditions.block('power');
  const queued = new Promise<void>((resolve) => {
    world.coordinator.on('run.queued', ({ job }) => job === 'a' && resolve());
  });
  const handle = world.coordinator.runBackupJob('nightly');
  await queued;
  expect(await world.another().recover({ wait: true, jobs: ['a'] })).toEqual([]);
  world.life.conditions.release('power');
  expect(await handle).toMatchObject({ outcome: 'succeeded' });
});
