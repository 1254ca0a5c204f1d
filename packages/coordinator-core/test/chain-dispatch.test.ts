import { aChain, aJob, aNewRun, aPlan, aRepository } from '@umbracore/testkit';
import { expect, test, vi } from 'vitest';
import { ChainWorld } from './chain-world.ts';
import { DispatchWorld } from './dispatching.ts';

test('where a dispatcher works it starts the nodes, no more of them than there is room for', async () => {
  await using world = await ChainWorld.create(aChain(['a -> e', 'b -> e', 'c -> e', 'd -> e']));
  await using _dispatcher = world.coordinator.start();
  let working = 0;
  let most = 0;
  world.coordinator.on(
    'run.started',
    ({ repository }) => (most = Math.max(most, repository === '' ? 0 : (working += 1))),
  );
  world.coordinator.on('run.finished', ({ repository }) => (working -= repository === '' ? 0 : 1));
  const held = world.backend('b').holdNext('backup');
  const handle = world.coordinator.runBackupJob('nightly');
  await held.reached;
  held.release();
  expect(await handle).toMatchObject({ outcome: 'succeeded' });
  expect(most).toBe(2);
});

test('a chain that holds a resource does not keep it from its own nodes', async () => {
  const uses = [{ resource: 'uplink', units: 1 }];
  await using world = await ChainWorld.create(aChain(['a -> b'], {}, { uses }));
  await world.register({ ...world.jobOf('a'), uses });
  await using _dispatcher = world.coordinator.start();
  expect(await world.coordinator.runBackupJob('nightly')).toMatchObject({ outcome: 'succeeded' });
});

test('a dispatcher that is told of recorded runs starts them at once', async () => {
  const world = new DispatchWorld();
  const job = aJob({ repositories: ['a'] });
  world.jobs = [job];
  const { dispatcher } = world.boot();
  await world.clock.advance(5000);
  const now = world.clock.now();
  const plan = aPlan({ job, repository: aRepository({ name: 'a' }) });
  dispatcher.noteRuns(
    await world.store.record([aNewRun({ trigger: 'chain', slot: 's', slotAt: now, queuedAt: now, plan })]),
  );
  await world.clock.advance(100);
  expect(world.starts).toMatchObject([{ run: { job: job.id, slot: 's' } }]);
});

test('a dispatcher goes on with a chain that was left behind', async () => {
  await using world = await ChainWorld.create(aChain(['a -> b', 'b -> c']));
  const held = world.backend('a').holdNext('backup');
  const handle = world.coordinator.runBackupJob('nightly');
  await held.reached;
  const closed = world.coordinator[Symbol.asyncDispose]();
  held.release();
  await expect(handle.all()).rejects.toMatchObject({ code: 'run.terminated' });
  await closed;
  await using next = world.another();
  for (const job of ['a', 'b', 'c']) await world.register(world.jobOf(job), next);
  await using _dispatcher = next.start();
  await vi.waitUntil(() => world.ends.length > 0, { timeout: 60_000 });
  expect(world.ends).toEqual(['a: succeeded', 'b: succeeded', 'c: succeeded']);
});
