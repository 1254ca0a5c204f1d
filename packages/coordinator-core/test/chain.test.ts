import { aChain } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { ChainWorld } from './chain-world.ts';

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

test('a node of several repositories ends as the worst of its runs', async () => {
  await using world = await ChainWorld.create(aChain(['a -> b']));
  const job = { ...world.jobOf('a'), repositories: ['a', 'spare'] };
  await world.register(job);
  world.fail('a');
  expect(await world.coordinator.runBackupJob('nightly')).toMatchObject({ outcome: 'failed' });
  expect(world.ends).toEqual(['a: failed', 'b: skipped']);
  expect(await world.backend('spare').snapshots()).toHaveLength(1);
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
