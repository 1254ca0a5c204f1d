import type { BackupJobDefinition, RepositoryDefinition } from '@umbracore/contracts';
import { aJob, aRepository, FakeBackend, FakeRepositories } from '@umbracore/testkit';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { BackupCoordinator } from '../src/index.ts';
import { every } from './interval-calendar.ts';
import { World } from './world.ts';
import type { Life } from './world.ts';

const minute = 60_000;
const hour = 60 * minute;

let world: World;
let life: Life;
let backend: FakeBackend;
let coordinator: BackupCoordinator;

beforeEach(async () => {
  world = await World.create();
  // Runs are in earnest: time must not jump away from them on a busy machine.
  world.clock.patienceMs = 20;
  backend = new FakeBackend({ clock: world.clock });
  ({ life, coordinator } = another());
});

afterEach(async () => {
  await coordinator.stop();
  await world[Symbol.asyncDispose]();
});

/** Another process. */
function another() {
  const booted = world.boot();
  const ports = { ...booted.ports, repositories: new FakeRepositories({ main: backend }) };
  return { life: booted, coordinator: new BackupCoordinator(ports) };
}

const jobOf = (change: Partial<BackupJobDefinition> = {}) =>
  aJob({ sources: [{ path: world.source, required: true }], schedules: [every(5 * minute)], ...change });

const definitions = (...jobs: readonly BackupJobDefinition[]) => ({
  jobs: new Map(jobs.map((job) => [job.id, job])),
  repositories: new Map<string, RepositoryDefinition>([['main', aRepository()]]),
});

const endedRuns = () => coordinator.getBackupHistory();

/** Time goes on by itself: it jumps to whoever sleeps first, half a minute at most, and has patience before each jump. */
const until = (isSo: () => Promise<boolean> | boolean) => vi.waitUntil(isSo, { timeout: 60_000, interval: 5 });

describe('a coordinator that was started', () => {
  test('runs what is due, until it is stopped', async () => {
    await coordinator.replace(definitions(jobOf()));
    const dispatcher = coordinator.start();
    expect(coordinator.start()).toBe(dispatcher);
    await until(async () => (await endedRuns()).length >= 3);
    await coordinator.stop();
    const runs = await endedRuns();
    expect(new Set(runs.map(({ outcome }) => outcome))).toEqual(new Set(['succeeded']));
    expect(new Set(runs.map(({ record }) => record.slot)).size).toBe(runs.length);
    expect(dispatcher.nextAt()).toBeGreaterThan(world.clock.now());
    world.clock.pass(5 * hour);
    expect(await endedRuns()).toHaveLength(runs.length);
  });

  test('leaves a retry that is due later in the store, and comes back to it', async () => {
    const retry = { type: 'fixed', maxAttempts: 3, delayMs: 2 * minute } as const;
    await coordinator.replace(definitions(jobOf({ retry })));
    backend.failNext('repository.unreachable', { method: 'backup' });
    await using _dispatcher = coordinator.start();
    await until(async () => (await endedRuns()).length > 0);
    const [run] = (await endedRuns()).toReversed();
    expect(run).toMatchObject({ outcome: 'succeeded', attempts: 2 });
    const [first, second] = run?.record.attempts ?? [];
    expect((second?.startedAt ?? 0) - (first?.finishedAt ?? 0)).toBeGreaterThanOrEqual(2 * minute);
  });

  test('takes up what a dead one left behind', async () => {
    await coordinator.replace(definitions(jobOf()));
    const held = backend.holdNext('backup');
    coordinator.start();
    await held.reached;
    life.die();
    const next = another();
    await next.coordinator.replace(definitions(jobOf()));
    await using _dispatcher = next.coordinator.start();
    held.release();
    await until(async () => (await next.coordinator.getBackupHistory()).length > 0);
    const [run] = (await next.coordinator.getBackupHistory()).toReversed();
    expect(run).toMatchObject({ outcome: 'succeeded' });
    coordinator = next.coordinator;
  });

  test('puts all of new definitions in force, or nothing of them', async () => {
    await coordinator.replace(definitions(jobOf({ schedules: [every(1000 * hour)] })));
    await using _dispatcher = coordinator.start();
    const broken = definitions(jobOf(), jobOf({ id: 'other', repositories: ['nowhere'] }));
    await expect(coordinator.replace(broken)).rejects.toMatchObject({ code: 'usage.unknown-repository' });
    expect(coordinator.jobs()).toMatchObject([{ id: 'documents', schedules: [{ text: 'every 3600000000 ms' }] }]);
    await coordinator.replace(definitions(jobOf({ id: 'photos' })));
    expect(coordinator.jobs().map(({ id }) => id)).toEqual(['photos']);
    await until(async () => (await endedRuns()).length > 0);
    expect((await endedRuns())[0]?.jobId).toBe('photos');
  });

  test('a job that is registered later is planned too', async () => {
    await using _dispatcher = coordinator.start();
    await coordinator.registerBackupJob(jobOf(), [aRepository()]);
    await until(async () => (await endedRuns()).length > 0);
    expect((await endedRuns())[0]?.jobId).toBe('documents');
  });

  test('starts what waited for a run that was asked for as soon as that has ended', async () => {
    const uses = [{ resource: 'uplink', units: 1 }];
    const after = [{ job: 'documents', on: 'success' as const, withinMs: undefined }];
    await coordinator.replace(
      definitions(jobOf({ schedules: [], uses }), jobOf({ id: 'photos', schedules: [], uses, after })),
    );
    await using _dispatcher = coordinator.start();
    const held = backend.holdNext('backup');
    const asked = coordinator.runBackupJob('documents');
    await held.reached;
    // By then it has looked around once more, and knows what is under way.
    const lookedAt = world.clock.now() + minute;
    await until(() => world.clock.now() > lookedAt);
    held.release();
    await asked;
    await until(async () => (await endedRuns()).length === 2);
    const [photos, documents] = (await endedRuns()).map(({ record }) => record);
    expect(photos?.job).toBe('photos');
    expect((photos?.startedAt ?? Infinity) - (documents?.finishedAt ?? 0)).toBeLessThan(5000);
  });

  test('is stopped when it is closed', async () => {
    coordinator.start();
    await coordinator[Symbol.asyncDispose]();
    expect(() => coordinator.start()).toThrow('closed');
  });
});
