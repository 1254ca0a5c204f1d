import type { BackupJobDefinition } from '@umbracore/contracts';
import { aJob, aRepository, FakeBackend, FakeRepositories } from '@umbracore/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BackupCoordinator } from '../src/index.ts';
import type { BackupRun } from '../src/index.ts';
import { every } from './interval-calendar.ts';
import { World } from './world.ts';
import type { Life } from './world.ts';

const minute = 60_000;
const hour = 60 * minute;

/** The clock leaps on while the fake engine waits for a real disk. */
const patient = { stallTimeoutMs: 10_000 * hour };

let world: World;
let life: Life;
let backend: FakeBackend;
let coordinator: BackupCoordinator;

beforeEach(async () => {
  world = await World.create();
  life = world.boot();
  backend = new FakeBackend({ clock: world.clock });
  coordinator = new BackupCoordinator({ ...life.ports, repositories: new FakeRepositories({ main: backend }) });
});

afterEach(() => world[Symbol.asyncDispose]());

async function register(change: Partial<BackupJobDefinition> = {}) {
  const sources = [{ path: world.source, required: true }];
  await coordinator.registerBackupJob(aJob({ sources, schedules: [every(hour)], ...patient, ...change }), [
    aRepository(),
  ]);
  // From here on its slots count.
  expect(await coordinator.runDue()).toEqual([]);
  world.clock.pass(5 * minute);
}

const told = (runs: readonly BackupRun[]) =>
  runs.map(({ jobId, trigger, outcome }) => `${jobId} ${trigger} ${outcome}`);
const history = async () => (await coordinator.getBackupHistory()).map(({ outcome }) => outcome);

test('what is due is run, and what nobody was there for has its record', async () => {
  await register();
  expect(told(await coordinator.runDue())).toEqual([]);
  world.clock.pass(3 * hour + 5 * minute);
  expect(told(await coordinator.runDue())).toEqual(['documents catch-up succeeded']);
  expect((await history()).toSorted()).toEqual(['missed', 'succeeded']);
  expect(told(await coordinator.runDue())).toEqual([]);
});

test('on time it is no catching up', async () => {
  await register();
  world.clock.pass(hour - (world.clock.now() % hour));
  expect(told(await coordinator.runDue())).toEqual(['documents schedule succeeded']);
});

test('two jobs of one repository run one after the other', async () => {
  await register();
  await register({ id: 'photos' });
  world.clock.pass(2 * hour);
  const held = backend.holdNext('backup');
  const runs = coordinator.runDue();
  await held.reached;
  expect(backend.calls.filter(({ method }) => method === 'backup')).toHaveLength(1);
  held.release();
  expect(told(await runs).map((text) => text.split(' ')[2])).toEqual(['succeeded', 'succeeded']);
});

test('only jobs that were chosen', async () => {
  await register();
  await register({ id: 'photos' });
  world.clock.pass(2 * hour);
  expect(told(await coordinator.runDue({ jobs: ['photos'] }))).toEqual(['photos catch-up succeeded']);
});

test('what is due after an end that nobody has accounted for is explained as it is started', async () => {
  await register();
  await register({ id: 'next', schedules: [], after: [{ job: 'documents', on: 'success', withinMs: undefined }] });
  await coordinator.runDue();
  expect((await coordinator.explain('next')).verdict).toMatchObject({ type: 'wait', code: 'after' });
  world.clock.pass(minute);
  await coordinator.runBackupJob('documents');
  world.clock.pass(minute);
  expect((await coordinator.explain('next')).verdict).toEqual({ type: 'start' });
  expect(told(await coordinator.runDue())).toEqual(['next chain succeeded']);
  expect((await coordinator.explain('next')).verdict).toMatchObject({ type: 'wait', code: 'after' });
});

test('what its conditions hold back waits in the store for the next call', async () => {
  const rule = { kind: 'power', options: {} };
  await register({ conditions: { all: [rule], otherwise: 'wait', waitForMs: undefined } });
  world.clock.pass(2 * hour);
  life.conditions.block('power', 'on battery');
  expect(await coordinator.runDue()).toEqual([]);
  const { verdict, reasons } = await coordinator.explain('documents');
  expect(verdict).toMatchObject({ type: 'wait', code: 'condition' });
  expect(reasons.find(({ code }) => code === 'condition')?.text).toBe('power: on battery');
  expect(await coordinator.nextStartOf('documents')).toMatchObject({ isDue: true, run: expect.stringMatching(/^r-/) });
  life.conditions.release('power');
  world.clock.pass(minute);
  expect(told(await coordinator.runDue())).toEqual(['documents catch-up succeeded']);
});

test('a run that was asked for says that a condition is not met, unless they do not count', async () => {
  const rule = { kind: 'power', options: {} };
  await register({ conditions: { all: [rule], otherwise: 'wait', waitForMs: undefined } });
  life.conditions.block('power', 'on battery');
  await expect(coordinator.runBackupJob('documents')).rejects.toMatchObject({
    code: 'job.condition-not-met',
    message: expect.stringContaining('power: on battery'),
  });
  expect(await coordinator.runBackupJob('documents', { ignoreConditions: true })).toMatchObject({
    outcome: 'succeeded',
  });
});

test('what somebody did by hand meanwhile is not done again', async () => {
  await register();
  world.clock.pass(2 * hour);
  const { id } = await coordinator.runBackupJob('documents');
  expect(await coordinator.runDue()).toEqual([]);
  const skipped = (await coordinator.getBackupHistory()).find(({ outcome }) => outcome === 'skipped');
  expect(skipped?.record.because).toMatchObject({ code: 'due', text: expect.stringContaining(id) });
});

test('a failure that may pass is tried again before it resolves', async () => {
  await register({ retry: { type: 'fixed', maxAttempts: 2, delayMs: minute } });
  world.clock.pass(2 * hour);
  backend.failNext('repository.unreachable', { method: 'backup' });
  const [run] = await coordinator.runDue();
  expect(run).toMatchObject({ outcome: 'succeeded', attempts: 2 });
});

test('cancelling cancels what it started', async () => {
  await register();
  world.clock.pass(2 * hour);
  const cancelled = new AbortController();
  const held = backend.holdNext('backup');
  const runs = coordinator.runDue({ signal: cancelled.signal });
  await held.reached;
  cancelled.abort();
  expect(told(await runs)).toEqual(['documents catch-up cancelled']);
});

test('what becomes due while something else works is started as well', async () => {
  const spare = new FakeBackend({ clock: world.clock });
  const repositories = new FakeRepositories({ main: backend, spare });
  coordinator = new BackupCoordinator({ ...life.ports, repositories });
  await register({ schedules: [every(24 * hour)], stallTimeoutMs: 48 * hour });
  const photos = aJob({ id: 'photos', repositories: ['spare'], schedules: [every(hour)] });
  const sources = [{ path: world.source, required: true }];
  await coordinator.registerBackupJob({ ...photos, sources }, [aRepository({ name: 'spare' })]);
  world.clock.pass(12 * hour);
  const first = backend.holdNext('backup');
  const runs = coordinator.runDue();
  await first.reached;
  const second = spare.holdNext('backup');
  await second.reached;
  second.release();
  await expect.poll(async () => (await spare.snapshots()).length, { timeout: 60_000 }).toBeGreaterThan(0);
  first.release();
  expect(told(await runs)).toContain('photos schedule succeeded');
});

test('several at once start each slot once', async () => {
  await register();
  const other = new BackupCoordinator({ ...world.boot().ports, repositories: new FakeRepositories({ main: backend }) });
  const sources = [{ path: world.source, required: true }];
  const job = aJob({ sources, schedules: [every(hour)], ...patient });
  await other.registerBackupJob(job, [aRepository()]);
  world.clock.pass(2 * hour);
  const runs = (await Promise.all([coordinator.runDue(), other.runDue(), coordinator.runDue()])).flat();
  expect(told(runs)).toEqual(['documents catch-up succeeded']);
  expect(world.snapshots.length + (await backend.snapshots()).length).toBe(1);
});
