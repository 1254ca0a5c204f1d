import { runTag, UmbraError } from '@umbracore/contracts';
import type { BackupJobDefinition, EngineProcess, RepositoryDefinition } from '@umbracore/contracts';
import { aJob, aRepository, FakeBackend, FakeRepositories } from '@umbracore/testkit';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BackupCoordinator, BackupJob, logOfRun, RetryStrategy } from '../src/index.ts';
import type { BackupProgress, CoordinatorPorts, RunRequest } from '../src/index.ts';
import { World } from './world.ts';
import type { Life } from './world.ts';

let world: World;
let life: Life;
let backend: FakeBackend;
let other: FakeBackend;
let repositories: FakeRepositories;
let ports: CoordinatorPorts;
let coordinator: BackupCoordinator;
let asked = 0;

beforeEach(async () => {
  asked = 0;
  world = await World.create();
  life = world.boot();
  backend = new FakeBackend({ clock: world.clock });
  other = new FakeBackend({ clock: world.clock });
  repositories = new FakeRepositories({ main: backend, other });
  ports = { ...life.ports, repositories };
  coordinator = new BackupCoordinator(ports);
});

afterEach(() => world[Symbol.asyncDispose]());

async function register(change: Partial<BackupJobDefinition> = {}, repository: Partial<RepositoryDefinition> = {}) {
  const job = aJob({ sources: [{ path: world.source, required: true }], ...change });
  return await coordinator.registerBackupJob(job, [aRepository(repository), aRepository({ name: 'other' })]);
}

/** Time passes, and whoever is woken gets to work. */
async function seconds(count: number): Promise<void> {
  for (let second = 0; second < count; second += 1) {
    world.clock.pass(1000);
    await new Promise(setImmediate);
  }
}

/** What was told a person since this was last asked. */
function warnings(): readonly string[] {
  const fresh = life.events.events.slice(asked);
  asked += fresh.length;
  return fresh.flatMap((event) => (event.type === 'run.note' && event.attention === true ? [event.line] : []));
}

const backupsOf = (one: FakeBackend) => one.calls.filter(({ method }) => method === 'backup');
const transient = RetryStrategy.exponentialBackoff({ maxAttempts: 3, initialDelay: '1m' });

describe('a run', () => {
  test('that goes well', async () => {
    await register({ tags: ['mine'], verifyAfterBackup: 'sample' });
    const run = await coordinator.runBackupJob('documents');
    expect(run).toMatchObject({ outcome: 'succeeded', attempts: 1, error: undefined, suspicions: [], trigger: 'api' });
    expect(run.verification).toMatchObject({ level: 'sample', ok: true });
    const [snapshot] = await backend.snapshots();
    expect(run.snapshotId).toBe(snapshot?.id);
    expect(snapshot).toMatchObject({ host: 'test-host', tags: [runTag(run.id), 'umbra-job:documents', 'mine'] });
    expect(run.finishedAt).toBeInstanceOf(Date);
    expect(life.events.events.map(({ type }) => type).filter((type) => type !== 'run.progress')).toEqual([
      'run.queued',
      'run.started',
      'run.verified',
      'run.finished',
    ]);
  });

  test('takes its options before those of the job', async () => {
    await register({ compressionLevel: 1, verifyAfterBackup: 'none' });
    const options = { compressionLevel: 6, verifyAfterCompletion: true, force: true, parent: undefined };
    const run = await coordinator.runBackupJob('documents', options);
    expect(run.verification?.level).toBe('metadata');
    expect(backupsOf(backend)[0]?.args[0]).toMatchObject({ compressionLevel: 6, force: true });
  });

  test('that is dry makes no snapshot', async () => {
    await register();
    const run = await coordinator.runBackupJob('documents', { dryRun: true, verifyAfterCompletion: 'full' });
    expect(run).toMatchObject({ outcome: 'succeeded', snapshotId: undefined, verification: undefined });
    expect(await backend.snapshots()).toEqual([]);
  });

  test('with files that cannot be read is a warning', async () => {
    await register();
    backend.makeUnreadable(join(world.source, 'a.txt'));
    const run = await coordinator.runBackupJob('documents');
    expect(run).toMatchObject({
      outcome: 'warning',
      unreadableCount: 1,
      error: { code: 'source.unreadable', exitCode: 3 },
    });
    expect(run.unreadable).toHaveLength(1);
    expect(run.snapshotId).toBeDefined();
  });

  test('whose sources are gone fails before an engine starts', async () => {
    await register({ retry: transient });
    await rm(world.source, { recursive: true });
    const run = await coordinator.runBackupJob('documents');
    expect(run).toMatchObject({ outcome: 'failed', attempts: 1, error: { code: 'source.missing' } });
    expect(backend.calls).toEqual([]);
  });

  test('of which one source is gone is a warning, one that may be gone is not', async () => {
    const sources = [
      { path: world.source, required: true },
      { path: join(world.folder, 'usb'), required: false },
    ];
    await register({ sources });
    expect((await coordinator.runBackupJob('documents')).outcome).toBe('succeeded');
    await register({ sources: sources.map(({ path }) => ({ path, required: true })) });
    const run = await coordinator.runBackupJob('documents');
    expect(run).toMatchObject({ outcome: 'warning', suspicions: [expect.stringContaining('usb is missing')] });
  });

  test('of which every source is empty, and never was full, is a warning until one is full', async () => {
    await rm(join(world.source, 'a.txt'));
    await register();
    for (let times = 0; times < 2; times += 1) {
      const run = await coordinator.runBackupJob('documents');
      const suspicion = `The source ${world.source} is empty; the snapshot holds no file. If it may be, say \`required: false\` of it`;
      expect(run).toMatchObject({ outcome: 'warning', suspicions: [suspicion] });
    }
    await writeFile(join(world.source, 'a.txt'), 'alpha');
    expect((await coordinator.runBackupJob('documents')).outcome).toBe('succeeded');
  });

  test('of which one of several sources is empty at first says so, and is good', async () => {
    const empty = join(world.folder, 'empty');
    await mkdir(empty);
    await register({ sources: [world.source, empty].map((path) => ({ path, required: true })) });
    for (const told of [[`The source ${empty} is empty`], []]) {
      expect((await coordinator.runBackupJob('documents')).outcome).toBe('succeeded');
      expect(warnings()).toEqual(told);
    }
  });

  test('that saves its own repository says so, changes nothing else, and is told once a run', async () => {
    const location = join(world.source, 'backup');
    await register({ retry: transient }, { location });
    backend.failNext('repository.unreachable', { method: 'backup' });
    const run = await coordinator.runBackupJob('documents');
    expect(run).toMatchObject({ outcome: 'succeeded', attempts: 2, suspicions: [] });
    const text = `${world.source} holds its own repository ${location}: exclude ${location}`;
    expect(warnings()).toEqual([text]);
    expect(await readFile(logOfRun(ports.spoolDir, run.id), 'utf8')).toContain(text);
    await register({ excludes: [location] }, { location });
    await coordinator.runBackupJob('documents');
    expect(warnings()).toEqual([]);
  });

  test('whose source was emptied is suspicious again and again', async () => {
    await register();
    await coordinator.runBackupJob('documents');
    await rm(join(world.source, 'a.txt'));
    for (let times = 0; times < 2; times += 1) {
      const run = await coordinator.runBackupJob('documents');
      expect(run.outcome).toBe('warning');
      expect(run.suspicions.join()).toContain('is empty');
    }
    await writeFile(join(world.source, 'a.txt'), 'alpha');
    expect((await coordinator.runBackupJob('documents')).outcome).toBe('succeeded');
  });

  test('whose engine names a snapshot that is not there fails', async () => {
    await register();
    backend.alterNextBackup((result) => ({ ...result, snapshot: 'f'.repeat(64) }));
    const run = await coordinator.runBackupJob('documents');
    expect(run).toMatchObject({ outcome: 'failed', snapshotId: undefined, error: { code: 'snapshot.absent' } });
  });

  test('whose engine names no snapshot is asked for by its tag', async () => {
    await register();
    backend.alterNextBackup((result) => ({ ...result, snapshot: undefined }));
    const run = await coordinator.runBackupJob('documents');
    expect(run).toMatchObject({ outcome: 'succeeded', snapshotId: (await backend.snapshots())[0]?.id });
  });

  test('that finds damage fails and keeps its snapshot', async () => {
    await register({ verifyAfterBackup: 'full', retry: transient });
    backend.damage('pack 1 is broken');
    const run = await coordinator.runBackupJob('documents');
    expect(run).toMatchObject({ outcome: 'failed', attempts: 1, error: { code: 'verify.damage', exitCode: 20 } });
    expect(run.verification?.problems).toEqual(['pack 1 is broken']);
    expect(run.snapshotId).toBeDefined();
  });

  test('that cannot be verified is a doubt, not damage', async () => {
    await register({ verifyAfterBackup: 'metadata' });
    backend.failNext('repository.unreachable', { method: 'checkNew' });
    const run = await coordinator.runBackupJob('documents');
    expect(run).toMatchObject({ outcome: 'warning', suspicions: [expect.stringContaining('was not verified')] });
  });
});

describe('a failure', () => {
  test('that may pass is tried again with what was left to wait for, durably', async () => {
    coordinator = new BackupCoordinator({ ...ports, random: () => 0.5 });
    await register({ retry: transient });
    backend.failNext('repository.unreachable', { method: 'backup', times: 2 });
    const before = world.clock.now();
    const run = await coordinator.runBackupJob('documents');
    expect(run).toMatchObject({ outcome: 'succeeded', attempts: 3 });
    expect(run.record.attempts.map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'succeeded']);
    // Half of one minute, then half of two: `random` is 0.5.
    const waits = life.events.of('run.retrying').map(({ retryAt, time }) => retryAt - time);
    expect(waits).toEqual([30_000, 60_000]);
    expect(world.clock.now() - before).toBeGreaterThanOrEqual(90_000);
    expect(await backend.snapshots()).toHaveLength(1);
  });

  test('that stays is tried as often as the strategy says', async () => {
    await register({ retry: transient });
    backend.failNext('repository.unreachable', { method: 'backup', times: 9 });
    const run = await coordinator.runBackupJob('documents');
    expect(run).toMatchObject({
      outcome: 'failed',
      attempts: 3,
      error: { code: 'repository.unreachable', exitCode: 75 },
    });
  });

  test.each(['repository.wrong-password', 'repository.damaged', 'repository.absent', 'repository.full'] as const)(
    '%s is final',
    async (code) => {
      await register({ retry: transient });
      backend.failNext(code, { method: 'backup', times: 2 });
      const run = await coordinator.runBackupJob('documents');
      expect(run).toMatchObject({ outcome: 'failed', attempts: 1, error: { code } });
    },
  );

  test('is not tried again if the caller does not want it', async () => {
    await register({ retry: transient });
    backend.failNext('repository.unreachable', { method: 'backup' });
    expect(await coordinator.runBackupJob('documents', { retry: false })).toMatchObject({
      outcome: 'failed',
      attempts: 1,
    });
  });

  test('after the snapshot was saved does not make a second one', async () => {
    await register({ retry: transient });
    backend.alterNextBackup(() => {
      throw new UmbraError('engine.crashed', 'killed at the last moment');
    });
    const run = await coordinator.runBackupJob('documents');
    expect(run).toMatchObject({ outcome: 'warning', attempts: 1, snapshotId: (await backend.snapshots())[0]?.id });
    expect(await backend.snapshots()).toHaveLength(1);
  });

  test('of the backend itself is an internal error, and the run ends', async () => {
    await register({ retry: transient });
    backend.alterNextBackup(() => {
      throw new TypeError('a bug');
    });
    const run = await coordinator.runBackupJob('documents', { dryRun: true });
    expect(run).toMatchObject({ outcome: 'failed', error: { code: 'internal', message: 'a bug' } });
  });
});

describe('what a run does beside its engine', () => {
  const stepsOf = async (run: string, kind: string) =>
    (await ports.store.steps(run)).filter((step) => step.kind === kind).map(({ stage, detail }) => [stage, detail]);

  test('is on record with how it ended: a verification that went well', async () => {
    await register({ verifyAfterBackup: 'metadata' });
    const { id, snapshotId: snapshot } = await coordinator.runBackupJob('documents');
    const level = 'metadata';
    expect(await stepsOf(id, 'verify')).toEqual([
      ['intent', { level, snapshot }],
      ['done', { level, snapshot, ok: true }],
    ]);
  });

  test('is on record with how it ended: one that could not be tried', async () => {
    await register({ verifyAfterBackup: 'metadata' });
    backend.failNext('repository.unreachable', { method: 'checkNew' });
    const { id, outcome } = await coordinator.runBackupJob('documents');
    expect(outcome).toBe('warning');
    expect((await stepsOf(id, 'verify')).at(-1)).toMatchObject(['done', { problem: expect.any(String) }]);
  });

  test('is on record with how it ended: locks that could not be looked at', async () => {
    await register();
    repositories.heal = () => Promise.reject(new UmbraError('repository.unreachable', 'no answer'));
    backend.failNext('repository.locked', { method: 'backup' });
    const { id } = await coordinator.runBackupJob('documents');
    const steps = await stepsOf(id, 'heal-locks');
    expect(steps.slice(0, 2)).toMatchObject([
      ['intent', { repository: 'main' }],
      ['done', { problem: 'no answer' }],
    ]);
    expect(steps.length % 2).toBe(0);
  });
});

describe('a lock', () => {
  const lock = { id: 'l1', createdAt: 0, exclusive: true, host: 'test-host', user: 'me', pid: 5 };

  test('is healed, and the backup is tried at once', async () => {
    await register();
    backend.failNext('repository.locked', { method: 'backup' });
    const run = await coordinator.runBackupJob('documents');
    expect(run).toMatchObject({ outcome: 'succeeded', attempts: 1 });
    expect(repositories.healed).toHaveLength(1);
    const steps = await ports.store.steps(run.id);
    expect(steps.filter(({ kind }) => kind === 'heal-locks').map(({ stage }) => stage)).toEqual(['intent', 'done']);
    const spools = steps
      .filter(({ kind, stage }) => kind === 'backup' && stage === 'intent')
      .map(({ detail }) => detail['spool']);
    expect(new Set(spools).size).toBe(2);
  });

  test('is of a dead engine in another container only where the journal says that it has ended', async () => {
    const engine = (pid: number, pids?: string) => ({ pid, startTime: '1', bootId: 'boot', host: 'test-host', pids });
    const found = new Map([
      ['elsewhere', engine(7, 'pid:[2]')],
      ['here', engine(9)],
    ]);
    const step = (stage: 'intent' | 'done', detail: object) =>
      ({ run: 'r-other', attempt: 1, sequence: 1, kind: 'backup', stage, at: 0, detail: { ...detail } }) as const;
    const steps = [
      step('intent', { spool: 'elsewhere' }),
      step('intent', { spool: 'here' }),
      step('intent', { spool: 'unanswered' }),
      step('done', { spool: 'over', engine: engine(8, 'pid:[2]') }),
    ];
    const find = async (spool: string) => {
      if (spool === 'unanswered') throw new UmbraError('bridge.refused', 'another version');
      const identity = found.get(spool);
      return identity && ({ identity: () => identity } as EngineProcess);
    };
    const own = world.store.steps.bind(world.store);
    world.store.steps = async (run) => [...(await own(run)), ...steps];
    coordinator = new BackupCoordinator({ ...ports, engineProcesses: { ...ports.engineProcesses, find } });
    await register();
    backend.failNext('repository.locked', { method: 'backup' });
    await coordinator.runBackupJob('documents');
    expect(repositories.healed[0]?.ours.map(({ pid }) => pid)).toEqual([9, 8]);
  });

  test.each(['repository.unreachable', 'engine.crashed'] as const)(
    'is looked for after %s: the engine may have had no way to take it along',
    async (code) => {
      await register({ retry: transient });
      backend.failNext(code, { method: 'backup' });
      expect(await coordinator.runBackupJob('documents')).toMatchObject({ outcome: 'succeeded', attempts: 2 });
      expect(repositories.healed).toHaveLength(1);
    },
  );

  test('of a living owner is waited for as long as the repository says', async () => {
    await register({}, { lockWaitMs: 60_000 });
    const alive = { lock, verdict: 'alive', reason: 'it lives' } as const;
    const waiting = { verdicts: [alive], removed: [] };
    let asked = 0;
    repositories.heal = async () => ((asked += 1) < 4 ? waiting : { verdicts: [], removed: [] });
    backend.failNext('repository.locked', { method: 'backup' });
    const before = world.clock.now();
    expect(await coordinator.runBackupJob('documents')).toMatchObject({ outcome: 'succeeded', attempts: 1 });
    expect(world.clock.now() - before).toBe(15_000);
  });

  test('that stays ends the run with exit code 11', async () => {
    await register({}, { lockWaitMs: 12_000 });
    repositories.heal = async () => ({ verdicts: [{ lock, verdict: 'alive', reason: 'it lives' }], removed: [] });
    backend.failNext('repository.locked', { method: 'backup', times: 99 });
    const run = await coordinator.runBackupJob('documents');
    expect(run).toMatchObject({ outcome: 'failed', attempts: 1, error: { code: 'repository.locked', exitCode: 11 } });
    expect(backupsOf(backend)).toHaveLength(1);
  });

  test('names the dead engines of earlier runs to whoever heals', async () => {
    await register();
    const engine = { pid: 77, startTime: '1', bootId: 'b', host: 'test-host' };
    const { engineProcesses } = ports;
    const find = async () => ({ identity: () => engine, kill: async () => {} });
    Object.assign(ports, { engineProcesses: { ...engineProcesses, find } });
    backend.failNext('engine.crashed', { method: 'backup' });
    const { id } = await coordinator.runBackupJob('documents');
    Object.assign(ports, { engineProcesses });
    const plan = (await ports.store.run(id))?.plan;
    if (plan === undefined) throw new Error('The run is not in the store');
    // Slots that were passed over meanwhile had no engines.
    const because = { code: 'superseded', text: 'a newer one', alsoStandsFor: null } as const;
    const passedOver = Array.from({ length: 30 }, (_, index) => ({
      ...({ id: `r-${index}`, trigger: 'schedule', slot: `${index}`, slotAt: index, plan } as const),
      queuedAt: world.clock.now(),
      end: { outcome: 'skipped', because } as const,
    }));
    await ports.store.record(passedOver);
    backend.failNext('repository.locked', { method: 'backup' });
    await coordinator.runBackupJob('documents');
    expect(repositories.healed.at(-1)?.ours).toContainEqual(engine);
  });
});

describe('cancelling', () => {
  test('a backup ends it, and says so', async () => {
    await register();
    const held = backend.holdNext('backup');
    const handle = coordinator.runBackupJob('documents');
    await held.reached;
    handle.cancel('I changed my mind');
    const run = await handle;
    expect(run).toMatchObject({
      outcome: 'cancelled',
      snapshotId: undefined,
      error: { code: 'run.cancelled', exitCode: 130 },
    });
    expect(run.error?.message).toContain('I changed my mind');
    expect(life.events.of('run.cancelling')).toHaveLength(1);
    expect(await backend.locks()).toEqual([]);
  });

  test('too late leaves the snapshot, and the run names it', async () => {
    await register({ verifyAfterBackup: 'metadata' });
    const held = backend.holdNext('checkNew');
    const handle = coordinator.runBackupJob('documents');
    await held.reached;
    handle.cancel();
    const run = await handle;
    expect(run).toMatchObject({ outcome: 'cancelled', snapshotId: (await backend.snapshots())[0]?.id });
    expect(run.snapshotId).toBeDefined();
  });

  test('by a signal, even before it starts', async () => {
    await register({ repositories: ['main', 'other'] });
    const runs = await coordinator.runBackupJob('documents', { signal: AbortSignal.abort('no') }).all();
    expect(runs.map(({ outcome, attempts }) => [outcome, attempts])).toEqual([['cancelled', 0]]);
    expect(backend.calls).toEqual([]);
  });

  test('while a retry is waited for', async () => {
    await register({ retry: RetryStrategy.fixed({ maxAttempts: 2, delay: '1h' }) });
    backend.failNext('repository.unreachable', { method: 'backup' });
    const handle = coordinator.runBackupJob('documents');
    const retrying = await life.events.first('run.retrying');
    await coordinator.cancel(retrying.run);
    expect(await handle).toMatchObject({ outcome: 'cancelled', attempts: 1 });
  });

  test('from another process reaches the owner within about a second', async () => {
    await register();
    const held = backend.holdNext('backup');
    const handle = coordinator.runBackupJob('documents');
    await held.reached;
    const id = handle.runIds[0] ?? '';
    const elsewhere = new BackupCoordinator({ ...world.boot().ports, repositories });
    expect(await elsewhere.cancel(id)).toBe(true);
    world.clock.pass(1000);
    expect((await handle).outcome).toBe('cancelled');
    expect(await elsewhere.cancel(id)).toBe(false);
    await expect(elsewhere.cancel('r-none')).rejects.toMatchObject({ code: 'usage.unknown-run' });
  });
});

describe('time', () => {
  test('an attempt without progress is ended and tried again', async () => {
    await register({ retry: transient, stallTimeoutMs: 60_000 });
    const held = backend.holdNext('backup');
    const handle = coordinator.runBackupJob('documents');
    await held.reached;
    world.clock.pass(61_000);
    const run = await handle;
    expect(run).toMatchObject({ outcome: 'succeeded', attempts: 2 });
    expect(run.record.attempts[0]?.error?.code).toBe('engine.stalled');
  });

  test('an attempt beyond its deadline is ended for good', async () => {
    await register({ retry: transient, maxRuntimeMs: 10_000 });
    const held = backend.holdNext('backup');
    const handle = coordinator.runBackupJob('documents');
    await held.reached;
    world.clock.pass(11_000);
    expect(await handle).toMatchObject({ outcome: 'failed', attempts: 1, error: { code: 'run.deadline' } });
  });
});

describe('several', () => {
  test('repositories get a run each; one failing does not stop the next; awaiting gives the worst', async () => {
    await register({ repositories: ['main', 'other'] });
    backend.failNext('repository.absent', { method: 'backup' });
    const handle = coordinator.runBackupJob('documents');
    const runs = await handle.all();
    expect(runs.map(({ repository, outcome }) => [repository, outcome])).toEqual([
      ['main', 'failed'],
      ['other', 'succeeded'],
    ]);
    expect(runs.map(({ id }) => id)).toEqual(handle.runIds);
    expect((await handle).outcome).toBe('failed');
    const only = await coordinator.runBackupJob('documents', { repository: 'other' }).all();
    expect(only.map(({ repository }) => repository)).toEqual(['other']);
  });

  test('requests at once: the second is told who is first', async () => {
    await register();
    const held = backend.holdNext('backup');
    const first = coordinator.runBackupJob('documents');
    await held.reached;
    await expect(coordinator.runBackupJob('documents')).rejects.toMatchObject({
      code: 'job.already-running',
      exitCode: 6,
      message: expect.stringContaining(first.runIds[0] ?? 'no id'),
      context: { run: first.runIds[0], pid: expect.any(Number) },
    });
    held.release();
    expect((await first).outcome).toBe('succeeded');
    expect(await coordinator.getBackupHistory()).toHaveLength(1);
  });

  test('a request that waits begins when the first has ended, and says what it is behind', async () => {
    await register();
    const held = backend.holdNext('backup');
    const first = coordinator.runBackupJob('documents');
    await held.reached;
    const second = coordinator.runBackupJob('documents', { waitMs: Infinity });
    await seconds(30);
    expect(backupsOf(backend)).toHaveLength(1);
    expect(life.events.of('run.waiting')).toMatchObject([
      { run: second.runIds[0], job: 'documents', repository: 'main', behind: first.runIds[0] },
    ]);
    held.release();
    expect((await first).outcome).toBe('succeeded');
    await seconds(1);
    expect((await second).outcome).toBe('succeeded');
    expect(backupsOf(backend)).toHaveLength(2);
  });

  test('a request that waits no longer than it may is refused as one that does not wait', async () => {
    await register();
    const held = backend.holdNext('backup');
    const first = coordinator.runBackupJob('documents');
    await held.reached;
    const second = coordinator.runBackupJob('documents', { waitMs: 5000 });
    let isOver = false;
    void second.all().catch(() => (isOver = true));
    await seconds(4);
    expect(isOver).toBe(false);
    await seconds(2);
    await expect(second).rejects.toMatchObject({ code: 'job.already-running', context: { run: first.runIds[0] } });
    held.release();
    await first;
    expect(await coordinator.getBackupHistory()).toHaveLength(1);
  });

  test('a request that is cancelled while it waits begins nothing', async () => {
    await register();
    const held = backend.holdNext('backup');
    const first = coordinator.runBackupJob('documents');
    await held.reached;
    const second = coordinator.runBackupJob('documents', { waitMs: Infinity });
    await seconds(2);
    second.cancel('enough');
    await expect(second).rejects.toMatchObject({ code: 'run.cancelled', message: expect.stringContaining('enough') });
    held.release();
    await first;
    expect(await coordinator.getBackupHistory()).toHaveLength(1);
  });

  test('a coordinator that closes, or has to leave, waits for no turn', async () => {
    await register();
    const elsewhere = new BackupCoordinator(ports);
    await elsewhere.registerBackupJob(aJob({ sources: [{ path: world.source, required: true }] }), [aRepository()]);
    const held = backend.holdNext('backup');
    const first = coordinator.runBackupJob('documents');
    await held.reached;
    const second = elsewhere.runBackupJob('documents', { waitMs: Infinity });
    await seconds(2);
    elsewhere.leave();
    await expect(second).rejects.toMatchObject({ code: 'run.terminated' });
    held.release();
    await first;
  });

  test.each([
    ['closes', (elsewhere: BackupCoordinator) => void elsewhere[Symbol.asyncDispose](), {}],
    ['has to leave', (elsewhere: BackupCoordinator) => elsewhere.leave(), {}],
    ['has to leave', (elsewhere: BackupCoordinator) => elsewhere.leave(), { waitMs: Infinity }],
  ])('one that %s while the first repository is busy begins nothing on the second', async (_, end, request) => {
    await register({ repositories: ['main', 'other'] });
    const elsewhere = new BackupCoordinator(ports);
    const job = aJob({ sources: [{ path: world.source, required: true }], repositories: ['main', 'other'] });
    await elsewhere.registerBackupJob(job, [aRepository(), aRepository({ name: 'other' })]);
    const held = backend.holdNext('backup');
    const first = coordinator.runBackupJob('documents', { repository: 'main' });
    await held.reached;
    const told: string[] = [];
    const refused = ({ code }: UmbraError): void => {
      if (code === 'job.already-running') end(elsewhere);
      told.push(code);
    };
    const second = elsewhere.runBackupJob('documents', { ...request, refused });
    if ('waitMs' in request) {
      await seconds(2);
      end(elsewhere);
    }
    expect(await second.all()).toEqual([]);
    expect(told[0]).toBe('waitMs' in request ? 'run.terminated' : 'job.already-running');
    held.release();
    await first;
    expect(await world.store.open()).toEqual([]);
    expect(await coordinator.getBackupHistory()).toHaveLength(1);
    expect(backupsOf(other)).toEqual([]);
    await expect(elsewhere.runBackupJob('documents')).rejects.toBeDefined();
  });

  test('a repository that refuses is told of before the next one begins', async () => {
    await register({ repositories: ['main', 'other'] });
    const [main, second] = [backend.holdNext('backup'), other.holdNext('backup')];
    const first = coordinator.runBackupJob('documents', { repository: 'main' });
    await main.reached;
    const told: UmbraError[] = [];
    const handle = coordinator.runBackupJob('documents', { refused: (error) => void told.push(error) });
    await second.reached;
    expect(told).toMatchObject([{ code: 'job.already-running', context: { run: first.runIds[0] } }]);
    second.release();
    expect((await handle.all()).map(({ repository }) => repository)).toEqual(['other']);
    main.release();
    await first;
    expect(told).toHaveLength(1);
  });

  test('what is in the way can be waited for by whoever asks for a whole job, and says how long it was', async () => {
    await register();
    const held = backend.holdNext('backup');
    const first = coordinator.runBackupJob('documents');
    await held.reached;
    const cancel = `cancel it with \`umbra cancel ${first.runIds[0] ?? ''}\`.`;
    const command = '`umbra run documents --wait`';
    const hinted = async (request: RunRequest): Promise<string | undefined> => {
      const handle = coordinator.runBackupJob('documents', request);
      const refusal = handle.all().catch((error: unknown) => (error as UmbraError).hint);
      await seconds(6);
      return (await refusal) as string | undefined;
    };
    expect(await hinted({ trigger: 'manual' })).toBe(`Let it end first: ${command}; or ${cancel}`);
    const waited = await hinted({ waitMs: 5000 });
    expect(waited).toMatch(/^It was waited for [56] s\./);
    expect(waited).toContain(` Wait as long as it takes: ${command}; or ${cancel}`);
    expect(await hinted({ repository: 'main' })).toBe(`Wait until it has ended, or ${cancel}`);
    held.release();
    await first;
  });

  test('requests that race: one runs, and what the other recorded never does', async () => {
    await register();
    const results = await Promise.allSettled([
      coordinator.runBackupJob('documents'),
      coordinator.runBackupJob('documents'),
    ]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'job.already-running' },
    });
    await coordinator.recover({ wait: true });
    expect(await backend.snapshots()).toHaveLength(1);
    expect(await world.store.open()).toEqual([]);
  });

  test('requests for one slot are one run', async () => {
    await register();
    const slot = { at: world.clock.now(), fold: 0, key: 'k' } as const;
    const first = await coordinator.runBackupJob('documents', { slot, trigger: 'schedule' });
    const second = coordinator.runBackupJob('documents', { slot, trigger: 'schedule' });
    expect((await second).id).toBe(first.id);
    expect(second.runIds).toEqual([first.id]);
    expect(await backend.snapshots()).toHaveLength(1);
  });
});

describe('misuse', () => {
  test.each([
    ['documnets', {}, 'usage.unknown-job', 'Did you mean "documents"?'],
    ['documents', { repository: 'mian' }, 'usage.unknown-repository', 'Did you mean "main"?'],
    ['documents', { compressionLevel: 10 }, 'usage.invalid', 'Use a whole number from 0 to 9.'],
    ['documents', { uploadBytesPerSecond: 0 }, 'usage.invalid', 'Use more than 0.'],
    ['documents', { parent: 'zzzz' }, 'usage.invalid', expect.stringContaining('umbra snapshots')],
    ['documents', { parent: 'documents@-1' }, 'usage.invalid', expect.stringContaining('umbra snapshots')],
    ['documents', { parent: 'abcd', force: true }, 'usage.invalid', 'Ask for one of the two.'],
    ['documents', { parent: 'abcd', strategy: 'full' as const }, 'usage.invalid', 'Ask for one of the two.'],
  ])('%s with %j rejects', async (id, options, code, hint) => {
    await register();
    await expect(coordinator.runBackupJob(id, options)).rejects.toMatchObject({ code, hint });
    expect(await world.store.open()).toEqual([]);
  });

  test('iterating a misuse throws, and nothing is left unhandled', async () => {
    const iterate = async () => {
      for await (const _ of coordinator.runBackupJob('nothing')) throw new Error('there is no progress');
    };
    await expect(iterate()).rejects.toMatchObject({ code: 'usage.unknown-job', hint: 'Register a job first.' });
  });
});

describe('progress', () => {
  test('goes to the handler and to whoever iterates, and never goes back', async () => {
    const seen: BackupProgress[] = [];
    coordinator.progressHandler = (progress) => void seen.push(progress);
    await register();
    const handle = coordinator.runBackupJob('documents');
    let last: BackupProgress | undefined;
    for await (const progress of handle) last = progress;
    expect(last).toMatchObject({ phase: 'done', percentage: 100, runId: handle.runIds[0], jobId: 'documents' });
    const percentages = seen.flatMap(({ percentage }) => percentage ?? []);
    expect(percentages).toEqual(percentages.toSorted((a, b) => a - b));
  });

  test.each(['none', 'metadata'] as const)('is done once, when nothing comes after it: verified %s', async (level) => {
    const phases: string[] = [];
    coordinator.progressHandler = ({ phase }) => void (phases.at(-1) === phase || phases.push(phase));
    await register({ verifyAfterBackup: level });
    await coordinator.runBackupJob('documents');
    expect(phases.slice(-2)).toEqual(['verifying', 'done']);
    expect(phases.filter((phase) => phase === 'done')).toHaveLength(1);
  });

  test('of a run that fails is never done', async () => {
    const phases: string[] = [];
    coordinator.progressHandler = ({ phase }) => void phases.push(phase);
    await register();
    backend.alterNextBackup((result) => ({ ...result, snapshot: 'f'.repeat(64) }));
    expect((await coordinator.runBackupJob('documents')).outcome).toBe('failed');
    expect(phases).toContain('verifying');
    expect(phases).not.toContain('done');
  });

  test('a handler that throws does not matter', async () => {
    coordinator.progressHandler = () => {
      throw new Error('boom');
    };
    await register();
    expect((await coordinator.runBackupJob('documents')).outcome).toBe('succeeded');
  });

  test('an async handler that fails does not matter', async () => {
    // Left alone, it ends the process as unhandled, and a test as well.
    coordinator.progressHandler = (): unknown => Promise.reject(new Error('boom'));
    await register();
    expect((await coordinator.runBackupJob('documents')).outcome).toBe('succeeded');
  });
});

describe('what stays of a run', () => {
  test('is its history, in the form that was asked for', async () => {
    await register({ repositories: ['main', 'other'] });
    await coordinator.runBackupJob('documents').all();
    backend.failNext('repository.absent', { method: 'backup' });
    await coordinator.runBackupJob('documents', { repository: 'main' });
    const outcomes = async (query: Parameters<typeof coordinator.getBackupHistory>[0]) =>
      (await coordinator.getBackupHistory(query)).map(({ repository, outcome }) => `${repository} ${outcome}`);
    expect(await outcomes({})).toEqual(['main failed', 'other succeeded', 'main succeeded']);
    expect(await outcomes({ forRepository: 'other' })).toEqual(['other succeeded']);
    expect(await outcomes({ forRepository: aRepository(), limit: 1 })).toEqual(['main failed']);
    expect(await outcomes({ outcome: ['succeeded', 'warning'], jobId: 'documents' })).toHaveLength(2);
    expect(await outcomes({ since: new Date(world.clock.now() + 1) })).toEqual([]);
  });

  test('is a log; its spool is gone', async () => {
    await register();
    backend.failNext('repository.full', { method: 'backup', message: 'the disk is full' });
    const run = await coordinator.runBackupJob('documents');
    expect(await readFile(logOfRun(ports.spoolDir, run.id), 'utf8')).toContain('the disk is full');
    expect(existsSync(join(ports.spoolDir, run.id))).toBe(false);
  });
});

describe('explain', () => {
  test('tells what would happen and why', async () => {
    await register();
    expect(await coordinator.explain('documents')).toMatchObject({ verdict: { type: 'wait', until: undefined } });
    const held = backend.holdNext('backup');
    const handle = coordinator.runBackupJob('documents');
    await held.reached;
    const { verdict, reasons } = await coordinator.explain('documents');
    expect(verdict).toMatchObject({ type: 'blocked', by: { id: handle.runIds[0] } });
    expect(reasons.find(({ code }) => code === 'overlap')?.ok).toBe(false);
    held.release();
    await handle;
    await expect(coordinator.explain('nothing')).rejects.toMatchObject({ code: 'usage.unknown-job' });
  });
});

describe('the state', () => {
  test('that cannot record an intent keeps the effect from happening', async () => {
    await register();
    world.store.recordStep = async () => {
      throw new UmbraError('state.full', 'the disk is full');
    };
    await expect(coordinator.runBackupJob('documents')).rejects.toMatchObject({ code: 'state.full' });
    expect(backend.calls).toEqual([]);
    expect(life.events.of('state.alarm')).toMatchObject([
      { alarm: { code: 'state.full', message: 'the disk is full' } },
    ]);
  });

  test('that is full for a moment does not lose a finished backup', async () => {
    await register();
    const update = world.store.update.bind(world.store);
    let refusals = 2;
    world.store.update = async (lease, revision, change) => {
      if (change.finishedAt === undefined || refusals-- <= 0) return await update(lease, revision, change);
      throw new UmbraError('state.full', 'the disk is full');
    };
    expect((await coordinator.runBackupJob('documents')).outcome).toBe('succeeded');
  });

  test('that gave the run to somebody else stops us from writing', async () => {
    await register();
    const held = backend.holdNext('backup');
    const handle = coordinator.runBackupJob('documents');
    await held.reached;
    const id = handle.runIds[0] ?? '';
    const entry = world.store.entries.get(id);
    const owner = world.spawn();
    await world.store.claim(id, { owner, now: world.clock.now(), ttlMs: 60_000, evict: entry?.lease?.fence });
    await seconds(12);
    await expect(handle).rejects.toMatchObject({ code: 'state.lease-lost' });
    expect((await world.store.run(id))?.state).toBe('running');
    expect(await backend.snapshots()).toEqual([]);
  });

  test('keeps its lease through a long backup', async () => {
    await register({ stallTimeoutMs: 3_600_000 });
    const held = backend.holdNext('backup');
    const handle = coordinator.runBackupJob('documents');
    await held.reached;
    await seconds(300);
    const [open] = await world.store.open();
    expect(open?.lease?.until).toBeGreaterThan(world.clock.now());
    held.release();
    expect((await handle).outcome).toBe('succeeded');
  });
});

describe('closing', () => {
  test('waits for what is under way, and takes nothing new', async () => {
    await register();
    const held = backend.holdNext('backup');
    const handle = coordinator.runBackupJob('documents');
    await held.reached;
    const closed = coordinator[Symbol.asyncDispose]();
    held.release();
    await closed;
    expect((await handle).outcome).toBe('succeeded');
    await expect(coordinator.runBackupJob('documents')).rejects.toMatchObject({ code: 'usage.invalid' });
  });

  test('gives a run that waits for its retry back, for the next coordinator', async () => {
    await register({ retry: RetryStrategy.fixed({ maxAttempts: 2, delay: '1h' }) });
    backend.failNext('repository.unreachable', { method: 'backup' });
    const handle = coordinator.runBackupJob('documents');
    const { retryAt } = await life.events.first('run.retrying');
    await coordinator[Symbol.asyncDispose]();
    await expect(handle).rejects.toMatchObject({ code: 'run.terminated' });
    const next = new BackupCoordinator({ ...world.boot().ports, repositories });
    expect(await next.recover({ jobs: ['other'] })).toEqual([]);
    expect(await next.recover()).toMatchObject([{ action: 'retry', record: { state: 'retrying', retryAt } }]);
    expect(await next.recover({ wait: true })).toMatchObject([{ action: 'retry', record: { state: 'succeeded' } }]);
    expect(world.clock.now()).toBeGreaterThanOrEqual(retryAt);
  });
});

test('the words of the documentation work', async () => {
  const job = new BackupJob({
    sources: [world.source],
    excludes: ['**/.DS_Store'],
    repository: aRepository(),
    schedule: {
      frequency: 'daily',
      preferredTime: '02:00',
      retryStrategy: RetryStrategy.exponentialBackoff({ maxAttempts: 3 }),
    },
    tags: ['documents', 'important'],
  });
  await coordinator.registerBackupJob(job);
  const run = await coordinator.runBackupJob(job.id, { compressionLevel: 6, verifyAfterCompletion: true });
  expect([job.id, run.outcome]).toEqual(['documents', 'succeeded']);
  expect(coordinator.jobs().map(({ id }) => id)).toEqual(['documents']);
});
