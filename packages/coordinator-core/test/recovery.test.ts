import { toUmbraError, type RunRecord } from '@umbracore/contracts';
import { aJob, aRepository } from '@umbracore/testkit';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BackupCoordinator, logOfRun } from '../src/index.ts';
import { World } from './world.ts';
import type { Life } from './world.ts';

let world: World;

beforeEach(async () => {
  world = await World.create();
});

afterEach(() => world[Symbol.asyncDispose]());

async function coordinatorOf(life: Life): Promise<BackupCoordinator> {
  const coordinator = new BackupCoordinator(life.ports);
  const sources = [{ path: world.source, required: true }];
  await coordinator.registerBackupJob(aJob({ sources }), [aRepository()]);
  return coordinator;
}

/** A coordinator dies right after the call with this name. */
async function killedAfter(call: string): Promise<void> {
  const life = world.boot({ call, when: 'after' });
  await Promise.race([(await coordinatorOf(life)).runBackupJob('documents').all(), life.died]);
  expect(life.dead).toBe(true);
}

const onlyRun = (): RunRecord => {
  const [entry, ...others] = [...world.store.entries.values()];
  expect(others).toEqual([]);
  if (entry === undefined) throw new Error('there is no run');
  return entry.run;
};

test('an engine at work is left alone by who does not wait, and adopted by who does', async () => {
  await killedAfter('engine: start');
  const life = world.boot();
  const coordinator = await coordinatorOf(life);
  expect(await coordinator.recover()).toMatchObject([{ action: 'leave', reason: 'its engine is still at work' }]);
  expect(onlyRun().state).toBe('running');
  await expect(coordinator.runBackupJob('documents')).rejects.toMatchObject({
    code: 'job.already-running',
    context: { run: onlyRun().id },
  });
  expect(await coordinator.recover({ wait: true })).toMatchObject([
    { action: 'adopt', record: { state: 'succeeded' } },
  ]);
  expect(life.events.of('run.adopted')).toHaveLength(1);
  expect(world.engines.size).toBe(1);
});

test('a new request settles first what a dead coordinator left', async () => {
  await killedAfter('engine: save');
  world.decide('ends by itself');
  const run = await (await coordinatorOf(world.boot())).runBackupJob('documents');
  expect(run.outcome).toBe('succeeded');
  const states = [...world.store.entries.values()].map(({ run: { state } }) => state);
  expect(states).toEqual(['succeeded', 'succeeded']);
  expect(world.snapshots).toHaveLength(2);
});

test('who does not wait leaves an interrupted run for its next attempt', async () => {
  await killedAfter('engine: start');
  world.decide('is killed');
  const coordinator = await coordinatorOf(world.boot());
  expect(await coordinator.recover()).toMatchObject([{ action: 'adopt', record: { state: 'retrying' } }]);
  expect(onlyRun().attempts).toMatchObject([{ outcome: 'interrupted' }]);
  expect([...world.store.entries.values()][0]?.lease).toBeUndefined();
  await coordinator.recover({ wait: true });
  expect(onlyRun()).toMatchObject({ state: 'succeeded', attempts: [{ number: 1 }, { number: 2 }] });
});

test('the lock of a question that outlived its coordinator goes when the run ends', async () => {
  await killedAfter('repositories.backend');
  const life = world.boot();
  await (await coordinatorOf(life)).recover({ wait: true });
  expect(onlyRun()).toMatchObject({ state: 'succeeded', attempts: [{ outcome: 'interrupted' }, { number: 2 }] });
  const heal = life.calls.lastIndexOf('repositories.heal');
  expect(heal).toBeGreaterThan(life.calls.indexOf('engine: save'));
});

test('a run that is interrupted again and again ends', async () => {
  await killedAfter('engine: start');
  for (let again = true; again;) {
    world.decide('is killed');
    const life = world.boot({ call: 'engine: start', when: 'after' });
    await Promise.race([(await coordinatorOf(life)).recover({ wait: true }), life.died]);
    again = life.dead;
  }
  expect(onlyRun()).toMatchObject({ state: 'failed', error: { code: 'run.interrupted' } });
  expect(onlyRun().attempts.map(({ outcome }) => outcome)).toEqual(['interrupted', 'interrupted', 'interrupted']);
  expect(world.engines.size).toBe(3);
});

test('a run of a living process is left alone, however old its lease is', async () => {
  const first = world.boot({ call: 'engine: start', when: 'after' });
  await Promise.race([(await coordinatorOf(first)).runBackupJob('documents').all(), first.died]);
  const { owner } = [...world.store.entries.values()][0]?.lease ?? { owner: { pid: 0 } };
  world.living.add(owner.pid);
  world.clock.pass(3_600_000);
  const coordinator = await coordinatorOf(world.boot());
  expect(await coordinator.recover({ wait: true })).toMatchObject([{ action: 'leave' }]);
  await expect(coordinator.runBackupJob('documents')).rejects.toMatchObject({ code: 'job.already-running' });
});

test('who waits behind a process that dies settles what it left, and takes its turn', async () => {
  const first = world.boot({ call: 'engine: save', when: 'after' });
  await Promise.race([(await coordinatorOf(first)).runBackupJob('documents').all(), first.died]);
  const { owner } = [...world.store.entries.values()][0]?.lease ?? { owner: { pid: 0 } };
  world.living.add(owner.pid);
  const life = world.boot();
  const waiting = (await coordinatorOf(life)).runBackupJob('documents', { waitMs: Infinity });
  await expect.poll(() => life.events.of('run.waiting')).toHaveLength(1);
  world.living.delete(owner.pid);
  world.decide('ends by itself');
  expect((await waiting).outcome).toBe('succeeded');
  expect([...world.store.entries.values()].map(({ run: { state } }) => state)).toEqual(['succeeded', 'succeeded']);
});

test.each([
  ['on another host', { host: 'elsewhere' }],
  ['in another container', { pids: 'elsewhere' }],
])('a run of a process %s is taken only when its lease has run out', async (_, place) => {
  await killedAfter('engine: start');
  const entry = [...world.store.entries.values()][0];
  if (entry?.lease === undefined) throw new Error('nobody holds the run');
  entry.lease = { ...entry.lease, owner: { ...entry.lease.owner, ...place } };
  const coordinator = await coordinatorOf(world.boot());
  const reason = expect.stringContaining('which cannot be seen from here, has it until 2026-') as string;
  expect(await coordinator.recover({ wait: true })).toMatchObject([{ action: 'leave', reason }]);
  const hint = expect.stringContaining('Whether that process lives cannot be seen from here') as string;
  await expect(coordinator.runBackupJob('documents')).rejects.toMatchObject({ code: 'job.already-running', hint });
  world.clock.pass(60_000);
  expect(await coordinator.recover({ wait: true })).toMatchObject([{ record: { state: 'succeeded' } }]);
});

test('a lease of a process out of sight that was renewed since it was looked at is not taken away', async () => {
  await killedAfter('engine: start');
  const entry = [...world.store.entries.values()][0];
  if (entry?.lease === undefined) throw new Error('nobody holds the run');
  const lease = { ...entry.lease, owner: { ...entry.lease.owner, pids: 'elsewhere' } };
  world.clock.pass(60_000);
  entry.lease = { ...lease, until: world.clock.now() + 60_000 };
  const coordinator = await coordinatorOf(world.boot());
  world.store.open = () => Promise.resolve([{ run: entry.run, lease }]);
  const reason = 'it could not be claimed: held';
  expect(await coordinator.recover({ wait: true })).toMatchObject([{ action: 'leave', reason }]);
  expect(entry.lease.owner.pids).toBe('elsewhere');
});

test.each(['recover', 'settle', 'run'] as const)(
  'who finds the lease of a process out of sight run out when it begins to %s gives that time to renew it',
  async (deed) => {
    await killedAfter('engine: start');
    world.decide('ends by itself');
    const entry = [...world.store.entries.values()][0];
    if (entry?.lease === undefined) throw new Error('nobody holds the run');
    entry.lease = { ...entry.lease, owner: { ...entry.lease.owner, pids: 'elsewhere' } };
    world.clock.pass(60_000);
    const coordinator = await coordinatorOf(world.boot());
    expect(await coordinator.recover()).toMatchObject([{ action: 'leave', record: { state: 'running' } }]);
    const begin = world.clock.monotonicMs();
    if (deed === 'recover') await coordinator.recover({ wait: true });
    else if (deed === 'settle') await coordinator.recover({ certain: true });
    else await coordinator.runBackupJob('documents');
    expect(world.clock.monotonicMs() - begin).toBeGreaterThanOrEqual(30_000);
    expect([...world.store.entries.values()][0]?.run.state).toBe('succeeded');
  },
);

test.each(['recover', 'settle', 'run'] as const)(
  'who waits to %s is told for whom, and whoever gives up waits no longer, and takes nothing over',
  async (deed) => {
    await killedAfter('engine: start');
    const entry = [...world.store.entries.values()][0];
    if (entry?.lease === undefined) throw new Error('nobody holds the run');
    entry.lease = { ...entry.lease, owner: { ...entry.lease.owner, pids: 'elsewhere' } };
    world.clock.pass(60_000);
    const life = world.boot();
    const coordinator = await coordinatorOf(life);
    const giveUp = new AbortController();
    using _told = life.events.on('run.doubted', () => giveUp.abort('interrupted'));
    const begin = world.clock.monotonicMs();
    const { signal } = giveUp;
    const done =
      deed === 'run'
        ? coordinator.runBackupJob('documents', { signal }).all()
        : coordinator.recover({ certain: true, wait: deed === 'recover', signal });
    const outcome = await done.then(
      (of) => of.length,
      (error: unknown) => toUmbraError(error).code,
    );
    expect(outcome).toBe(deed === 'run' ? 'run.cancelled' : 0);
    expect(world.clock.monotonicMs() - begin).toBeLessThan(1000);
    const { pid, host } = entry.lease.owner;
    expect(life.events.of('run.doubted')).toMatchObject([
      { run: entry.run.id, job: 'documents', owner: { pid, host }, waitMs: 30_000 },
    ]);
    expect([...world.store.entries.values()]).toMatchObject([{ lease: { owner: { pids: 'elsewhere' } } }]);
  },
);

test('cancelling a run whose coordinator is dead ends its engine and the run', async () => {
  await killedAfter('engine: start');
  const coordinator = await coordinatorOf(world.boot());
  expect(await coordinator.cancel(onlyRun().id)).toBe(true);
  expect(onlyRun()).toMatchObject({ state: 'cancelled', snapshot: null });
  expect([...world.engines.values()].every(({ stage }) => stage === 'ended')).toBe(true);
  expect(world.snapshots).toEqual([]);
});

test('a run that was to be cancelled when its coordinator died is cancelled, and names its snapshot', async () => {
  await killedAfter('engine: save');
  world.decide('ends by itself');
  await world.store.requestCancel(onlyRun().id, world.clock.now());
  await (await coordinatorOf(world.boot())).recover();
  expect(onlyRun()).toMatchObject({ state: 'cancelled', snapshot: world.snapshots[0]?.id });
});

test('the spool of an ended run becomes a log', async () => {
  const coordinator = await coordinatorOf(world.boot());
  const { id } = await coordinator.runBackupJob('documents');
  const spool = join(world.spoolDir, id, '1');
  await mkdir(spool, { recursive: true });
  await writeFile(join(spool, 'stdout.log'), 'last words\n');
  await mkdir(join(world.spoolDir, 'unknown'));
  await coordinator.recover();
  expect(existsSync(join(world.spoolDir, id))).toBe(false);
  expect(existsSync(join(world.spoolDir, 'unknown'))).toBe(true);
  expect(await readFile(logOfRun(world.spoolDir, id), 'utf8')).toContain('last words');
});

test('what killed processes left elsewhere is tidied with it, and a failure of that is no matter', async () => {
  const { ports } = world.boot();
  let asked = 0;
  const tidyPlaces = (): Promise<void> => {
    asked += 1;
    return Promise.reject(new Error('no'));
  };
  const coordinator = new BackupCoordinator({ ...ports, tidyPlaces });
  expect(await coordinator.recover()).toEqual([]);
  await coordinator[Symbol.asyncDispose]();
  expect(asked).toBe(1);
});

test('what cannot be recovered now does not keep the rest from it', async () => {
  await killedAfter('engine: start');
  const life = world.boot();
  const coordinator = await coordinatorOf(life);
  world.store.claim = () => Promise.reject(new Error('the store is broken'));
  expect(await coordinator.recover({ wait: true })).toMatchObject([{ action: 'leave', error: { code: 'internal' } }]);
  expect(life.log.text()).toContain('could not be recovered');
});

test('only the jobs that are asked for are recovered', async () => {
  await killedAfter('engine: start');
  const coordinator = await coordinatorOf(world.boot());
  expect(await coordinator.recover({ wait: true, jobs: ['others'] })).toEqual([]);
});
