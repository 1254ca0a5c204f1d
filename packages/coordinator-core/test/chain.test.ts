import { aChain, aJob, aNewRun, aPlan, aRepository } from '@umbracore/testkit';
import { expect, test, vi } from 'vitest';
import { ChainWorld } from './chain-world.ts';
import { DispatchWorld } from './dispatching.ts';

const nightly = aChain(['database -> documents', 'database -> system', 'documents -> mirror', 'system -> mirror']);

test('a chain runs its jobs in order, each as a run of its own', async () => {
  await using world = await ChainWorld.create(nightly);
  const run = await world.coordinator.runBackupJob('nightly');
  expect(run).toMatchObject({ outcome: 'succeeded', attempts: 1, repository: '', error: undefined });
  expect(world.ends.toSorted()).toEqual([
    'database: succeeded',
    'documents: succeeded',
    'mirror: succeeded',
    'system: succeeded',
  ]);
  expect(world.ends.at(0)).toBe('database: succeeded');
  expect(world.ends.at(-1)).toBe('mirror: succeeded');
  const nodes = world.runs.filter(({ id }) => id !== run.id);
  expect(nodes).toHaveLength(4);
  for (const node of nodes) {
    const slot = `chain/${run.id}/${node.job}`;
    expect(node).toMatchObject({
      trigger: 'chain',
      parent: run.id,
      slot,
      slotAt: run.record.queuedAt,
      state: 'succeeded',
    });
    expect(await world.backend(node.job).snapshots()).toHaveLength(1);
  }
});

test('what a failure keeps from starting is on record, and says why', async () => {
  await using world = await ChainWorld.create(nightly);
  world.fail('documents');
  const run = await world.coordinator.runBackupJob('nightly');
  expect(run).toMatchObject({ outcome: 'failed', error: { code: 'chain.failed', exitCode: 1 } });
  expect(run.error?.message).toContain('"documents" failed: ');
  expect(run.error?.hint).toContain(world.runs.find(({ job }) => job === 'documents')?.id);
  expect(world.runs.find(({ job }) => job === 'mirror')).toMatchObject({
    state: 'skipped',
    parent: run.id,
    attempts: [],
    because: { code: 'chain', text: '"documents" failed, but success was wanted' },
  });
  expect(world.ends.at(-1)).toBe('mirror: skipped');
  expect(world.life.events.of('run.finished').map(({ job }) => job)).toContain('mirror');
});

test('a warning of a job is one of its chain', async () => {
  await using world = await ChainWorld.create(aChain(['a -warning-> b']));
  world.warn('a');
  const run = await world.coordinator.runBackupJob('nightly');
  expect(run).toMatchObject({ outcome: 'warning', suspicions: [expect.stringContaining('"a" ended with a warning')] });
  expect(world.ends).toEqual(['a: warning', 'b: succeeded']);
});

test('an edge can want a change', async () => {
  await using world = await ChainWorld.create(aChain(['a -changed-> b']));
  await world.coordinator.runBackupJob('nightly');
  expect(world.ends).toEqual(['a: succeeded', 'b: succeeded']);
  const again = await world.coordinator.runBackupJob('nightly');
  expect(again.record.report).toMatchObject({ nodes: [{ outcome: 'succeeded' }, { node: 'b', outcome: 'skipped' }] });
});

const bracket = aChain(['mount -> a', 'mount -> b'], { umount: { closes: 'mount' } }, { onFailure: 'stop' });

test('a bracket is closed once, after all of it, whatever failed', async () => {
  await using world = await ChainWorld.create(bracket);
  world.fail('a');
  expect(await world.coordinator.runBackupJob('nightly')).toMatchObject({ outcome: 'failed' });
  expect(world.ends.at(-1)).toBe('umount: succeeded');
  expect(world.ends).toHaveLength(4);
});

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

test('a node of several repositories ends as the worst of its runs', async () => {
  await using world = await ChainWorld.create(aChain(['a -> b']));
  const job = { ...world.jobOf('a'), repositories: ['a', 'spare'] };
  await world.register(job);
  world.fail('a');
  expect(await world.coordinator.runBackupJob('nightly')).toMatchObject({ outcome: 'failed' });
  expect(world.ends).toEqual(['a: failed', 'b: skipped']);
  expect(await world.backend('spare').snapshots()).toHaveLength(1);
});

test('a disabled job is skipped', async () => {
  await using world = await ChainWorld.create(aChain(['a -> b', 'a -skipped-> c']));
  await world.register({ ...world.jobOf('a'), enabled: false });
  expect(await world.coordinator.runBackupJob('nightly')).toMatchObject({ outcome: 'succeeded' });
  expect(world.ends.toSorted()).toEqual(['a: skipped', 'b: skipped', 'c: succeeded']);
  expect(world.runs.find(({ job }) => job === 'a')?.because).toMatchObject({ code: 'enabled' });
});

test('a node without a job is a failure of the node', async () => {
  await using world = await ChainWorld.create(aChain(['a -> b', 'a -> c'], { b: { job: 'nowhere' } }));
  await world.register({ ...world.jobOf('nowhere'), repositories: ['elsewhere'] });
  const run = await world.coordinator.runBackupJob('nightly');
  expect(run).toMatchObject({ outcome: 'failed' });
  expect(run.error?.message).toBe('"b" failed: There is no repository "elsewhere"');
  expect(run.record.report).toMatchObject({
    nodes: expect.arrayContaining([{ node: 'b', outcome: 'failed', runs: [] }]),
  });
});

test('a chain of which nothing runs is skipped', async () => {
  await using world = await ChainWorld.create(aChain(['a -> b']));
  await world.register({ ...world.jobOf('a'), enabled: false });
  const run = await world.coordinator.runBackupJob('nightly');
  expect(run).toMatchObject({ outcome: 'skipped', record: { because: { code: 'chain' } } });
});

test('a chain in a chain is a node like others', async () => {
  await using world = await ChainWorld.create(aChain(['a -> weekly', 'weekly -> b']));
  await world.register(aChain(['a -> b'], {}, { id: 'weekly' }));
  expect(await world.coordinator.runBackupJob('nightly')).toMatchObject({ outcome: 'succeeded' });
  const inner = world.runs.find(({ job }) => job === 'weekly');
  expect(inner).toMatchObject({ trigger: 'chain', state: 'succeeded' });
  expect(world.runs.filter(({ parent }) => parent === inner?.id)).toHaveLength(2);
  expect(await world.backend('a').snapshots()).toHaveLength(2);
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

test('jobs that would start one another for ever are refused, and what was there stays', async () => {
  await using world = await ChainWorld.create(aChain(['a -> weekly']));
  await expect(world.register(aChain(['a -> nightly'], {}, { id: 'weekly' }))).rejects.toMatchObject({
    code: 'config.cycle',
    message: 'The jobs would start one another for ever: nightly -> weekly -> nightly',
  });
  const after = { job: 'nightly', on: 'success', withinMs: undefined } as const;
  await expect(world.register({ ...world.jobOf('a'), after: [after] })).resolves.toBeUndefined();
  await expect(world.register(aChain(['a'], {}, { after: [{ ...after, job: 'a' }] }))).rejects.toMatchObject({
    code: 'config.cycle',
    message: 'The jobs would start one another for ever: nightly -> a -> nightly',
  });
  const jobs = new Map([['nightly', aChain(['nightly'])]]);
  await expect(world.coordinator.replace({ jobs, repositories: new Map() })).rejects.toMatchObject({
    code: 'config.cycle',
  });
  await expect(world.register(aChain(['a -> b', 'b -> a']))).rejects.toMatchObject({ code: 'config.cycle' });
  expect(world.coordinator.jobs().map(({ id }) => id)).toEqual(['nightly', 'a', 'weekly']);
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
  await vi.waitUntil(() => world.ends.length > 0);
  expect(world.ends).toEqual(['a: succeeded', 'b: succeeded', 'c: succeeded']);
});
