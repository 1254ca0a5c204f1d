import { jobTag, runTag, UmbraError } from '@umbracore/contracts';
import type { JobDefinition, RunPlan, Snapshot } from '@umbracore/contracts';
import {
  aCheckJob,
  aCopyJob,
  aForgetJob,
  aJob,
  aPolicy,
  aPruneJob,
  aRepository,
  aRun,
  aSnapshot,
  FakeBackend,
  FakeRepositories,
} from '@umbracore/testkit';
import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BackupCoordinator, logOfRun, RetryStrategy } from '../src/index.ts';
import type { CoordinatorPorts } from '../src/index.ts';
import { World } from './world.ts';
import type { Life } from './world.ts';

const day = 86_400_000;
const main = aRepository();
const other = aRepository({ name: 'other', location: '/repositories/other' });

let world: World;
let life: Life;
let target: FakeBackend;
let source: FakeBackend;
let repositories: FakeRepositories;
let ports: CoordinatorPorts;
let coordinator: BackupCoordinator;

beforeEach(async () => {
  world = await World.create();
  life = world.boot();
  source = new FakeBackend({ clock: world.clock });
  target = new FakeBackend({ clock: world.clock, others: new Map([[other.location, source]]) });
  repositories = new FakeRepositories({ main: target, other: source });
  ports = { ...life.ports, repositories };
  coordinator = new BackupCoordinator(ports);
});

afterEach(() => world[Symbol.asyncDispose]());

async function run(job: JobDefinition, options = {}) {
  await coordinator.registerBackupJob(job, [main, other]);
  return await coordinator.runBackupJob(job.id, options);
}

/** A snapshot of a job, made by a run with the same number. */
const made = (
  number: number,
  { job = 'documents', time = world.clock.now() - day + number, tags = [] as string[] } = {},
) => aSnapshot({ id: `${number}`.padStart(64, '0'), time, tags: [jobTag(job), runTag(`r-${number}`), ...tags] });

const idsIn = async (backend: FakeBackend): Promise<readonly string[]> =>
  (await backend.snapshots()).map(({ id }) => id);
const numbersIn = async (backend: FakeBackend): Promise<readonly number[]> => (await idsIn(backend)).map(Number);

/** The history knows of a run that made the snapshot. */
function knows(number: number, state: 'succeeded' | 'warning' | 'failed' | 'running'): void {
  const plan: RunPlan = { job: aJob(), repository: main, options: {} };
  const known = aRun({ id: `r-${number}`, state, plan });
  world.store.entries.set(known.id, { run: known, lease: undefined, fence: 0, steps: [] });
}

const put = (backend: FakeBackend, ...snapshots: readonly Snapshot[]): void => {
  for (const snapshot of snapshots) backend.putSnapshot(snapshot);
};

const stepsOf = (id: string) => world.store.entries.get(id)?.steps ?? [];
const logOf = (id: string) => readFile(logOfRun(world.spoolDir, id), 'utf8');

describe('copy', () => {
  test('brings what is ours and not there, and tells the ids that the copies have', async () => {
    put(source, made(1), made(2), aSnapshot({ id: '3'.padStart(64, '0'), tags: ['foreign'] }));
    put(target, aSnapshot({ ...made(1), id: 'a'.repeat(64), original: made(1).id }));
    const { record, outcome } = await run(aCopyJob());
    const [, copy] = await target.snapshots();
    expect(outcome).toBe('succeeded');
    expect(copy).toMatchObject({ original: made(2).id, tags: made(2).tags });
    expect(record.report).toEqual({ kind: 'copy', copied: [copy?.id] });
    expect(stepsOf(record.id)).toMatchObject([
      { kind: 'copy', stage: 'intent', detail: { snapshots: [made(2).id] } },
      { kind: 'copy', stage: 'done' },
    ]);
  });

  test('of nothing is a success, and starts no engine', async () => {
    put(source, made(1));
    await run(aCopyJob());
    const { record, outcome } = await run(aCopyJob());
    expect({ outcome, report: record.report }).toEqual({ outcome: 'succeeded', report: { kind: 'copy', copied: [] } });
    expect(stepsOf(record.id)).toEqual([]);
    expect(await target.snapshots()).toHaveLength(1);
  });

  test('takes only the jobs that it is told', async () => {
    put(source, made(1, { job: 'music' }), made(2));
    await run(aCopyJob({ jobs: ['music'] }));
    expect((await target.snapshots()).map(({ tags }) => tags[0])).toEqual([jobTag('music')]);
  });

  test('of thousands has an engine for each part of them, with a spool of its own, also after a lock', async () => {
    put(source, ...Array.from({ length: 5001 }, (_, number) => made(number)));
    const copyFrom = target.copyFrom.bind(target);
    let calls = 0;
    target.copyFrom = (...args) => {
      calls += 1;
      return calls === 2 ? Promise.reject(new UmbraError('repository.locked', 'locked')) : copyFrom(...args);
    };
    const { record, outcome } = await run(aCopyJob());
    expect({ outcome, calls }).toEqual({ outcome: 'succeeded', calls: 3 });
    expect(record.report).toMatchObject({ copied: { length: 5001 } });
    const intents = stepsOf(record.id).filter(({ kind, stage }) => kind === 'copy' && stage === 'intent');
    expect(intents.map(({ detail }) => (detail['snapshots'] as unknown[]).length)).toEqual([5000, 1, 1]);
    expect(new Set(intents.map(({ detail }) => detail['spool'])).size).toBe(3);
  });

  test('that brought less than it should is no success', async () => {
    put(source, made(1));
    target.copyFrom = () => Promise.resolve();
    expect(await run(aCopyJob())).toMatchObject({ outcome: 'failed', error: { code: 'snapshot.absent' } });
  });
});

describe('forget', () => {
  test('removes exactly what the policy does not name, and writes down why', async () => {
    put(target, made(1), made(2), made(3), aSnapshot({ id: 'f'.repeat(64), tags: ['foreign'] }));
    const { record, outcome } = await run(aForgetJob({ policy: aPolicy({ last: 2 }) }));
    expect({ outcome, report: record.report }).toEqual({
      outcome: 'succeeded',
      report: { kind: 'forget', removed: [made(1).id], kept: 2 },
    });
    expect(await idsIn(target)).toEqual(expect.arrayContaining([made(2).id, made(3).id, 'f'.repeat(64)]));
    expect(await idsIn(target)).toHaveLength(3);
    const log = await logOf(record.id);
    expect(log).toMatch(/Remove 00000000 of documents, 2026-01-04T12:00:00.001Z: no rule keeps it/);
    expect(log).toContain(': snapshot 1\n');
  });

  test('lets no doubtful snapshot take the place of a good one', async () => {
    put(target, made(1), made(2), made(3), made(4));
    knows(1, 'succeeded');
    knows(2, 'succeeded');
    knows(3, 'warning');
    knows(4, 'failed');
    await run(aForgetJob({ policy: aPolicy({ last: 1 }) }));
    expect(await numbersIn(target)).toEqual([2, 4]);
  });

  test('leaves the snapshot of a run that is still open', async () => {
    put(target, made(1), made(2));
    knows(1, 'running');
    await run(aForgetJob({ policy: aPolicy({ last: 1 }) }));
    expect(await numbersIn(target)).toEqual([1, 2]);
  });

  test('refuses while the newest snapshot comes from the future', async () => {
    put(target, made(1), made(2), made(3, { time: world.clock.now() + 2 * 3_600_000 }));
    const { outcome, error } = await run(aForgetJob());
    expect({ outcome, code: error?.code, message: error?.message }).toEqual({
      outcome: 'failed',
      code: 'forget.refused',
      message: expect.stringContaining('the newest snapshot of documents is dated 2026-01-05T14:00:00.000Z'),
    });
    expect(await numbersIn(target)).toEqual([1, 2, 3]);
  });

  test('that is dry removes nothing', async () => {
    put(target, made(1), made(2));
    const { record } = await run(aForgetJob(), { dryRun: true });
    expect(record.report).toEqual({ kind: 'forget', removed: [], kept: 2 });
    expect(await numbersIn(target)).toEqual([1, 2]);
    expect(await logOf(record.id)).toContain('Remove ');
  });
});

describe('prune', () => {
  test('frees what no snapshot needs', async () => {
    const { record, outcome } = await run(aPruneJob());
    expect({ outcome, report: record.report }).toEqual({ outcome: 'succeeded', report: { kind: 'prune' } });
    expect(target.calls.filter(({ method }) => method === 'prune')).toHaveLength(1);
    expect(stepsOf(record.id).map(({ kind, stage }) => `${kind} ${stage}`)).toEqual(['prune intent', 'prune done']);
  });

  test('is not done for a dry run', async () => {
    expect(await run(aPruneJob(), { dryRun: true })).toMatchObject({ error: { code: 'backend.unsupported' } });
    expect(target.calls.filter(({ method }) => method === 'prune')).toEqual([]);
  });
});

describe('check', () => {
  const scopes = () => target.calls.filter(({ method }) => method === 'check').map(({ args }) => args[0]);

  test('reads the next part each time, and the same one again after damage', async () => {
    const job = aCheckJob({ readPercent: 40 });
    expect((await run(job)).record.report).toEqual({
      kind: 'check',
      sound: true,
      problems: [],
      advice: [],
      part: { part: 1, of: 3 },
    });
    await run(job);
    target.damage('pack 1 is broken');
    expect(await run(job)).toMatchObject({
      outcome: 'failed',
      error: { code: 'repository.damaged', message: 'The repository main is damaged: pack 1 is broken' },
      record: { report: { sound: false, problems: ['pack 1 is broken'], part: { part: 3, of: 3 } } },
    });
    await run(job);
    expect(scopes()).toMatchObject([1, 2, 3, 3].map((part) => ({ type: 'part', part, of: 3 })));
  });

  test('of the structure alone reads no part', async () => {
    expect((await run(aCheckJob())).record.report).toMatchObject({ sound: true, part: null });
    expect(scopes()).toEqual([{ type: 'structure' }]);
  });
});

test('nothing is removed from a repository that was found damaged, until a check finds it sound', async () => {
  put(target, made(1), made(2));
  target.damage('pack 1 is broken');
  await run(aCheckJob());
  const hint = 'Mend the repository, then let `umbra run check` find it sound.';
  expect(await run(aForgetJob())).toMatchObject({ outcome: 'failed', error: { code: 'forget.refused', hint } });
  expect(await run(aPruneJob())).toMatchObject({ outcome: 'failed', error: { code: 'repository.damaged', hint } });
  expect(await numbersIn(target)).toEqual([1, 2]);
  target.check = () => Promise.resolve({ sound: true, problems: [], advice: [] });
  await run(aCheckJob());
  expect(await run(aForgetJob())).toMatchObject({ outcome: 'succeeded' });
  expect(await run(aPruneJob())).toMatchObject({ outcome: 'succeeded' });
});

describe('every kind that works on a repository', () => {
  const transient = RetryStrategy.exponentialBackoff({ maxAttempts: 2, initialDelay: '1m' });
  const kinds = [
    ['copy', 'copyFrom', aCopyJob({ retry: transient })],
    ['forget', 'forget', aForgetJob({ retry: transient })],
    ['prune', 'prune', aPruneJob({ retry: transient })],
    ['check', 'check', aCheckJob({ retry: transient })],
  ] as const;

  test.each(kinds)('%s is tried again after a failure that may pass', async (_, method, job) => {
    put(source, made(1), made(2));
    put(target, made(3), made(4));
    target.failNext('repository.unreachable', { method });
    expect(await run(job)).toMatchObject({ outcome: 'succeeded', attempts: 2 });
  });

  test.each(kinds)('%s fails at once otherwise', async (_, method, job) => {
    put(source, made(1), made(2));
    put(target, made(3), made(4));
    target.failNext('repository.wrong-password', { method });
    expect(await run(job)).toMatchObject({ outcome: 'failed', attempts: 1, error: { exitCode: 12 } });
  });

  test.each(kinds)('%s can be cancelled', async (_, method, job) => {
    put(source, made(1), made(2));
    put(target, made(3), made(4));
    const held = target.holdNext(method);
    await coordinator.registerBackupJob(job, [main, other]);
    const running = coordinator.runBackupJob(job.id);
    await held.reached;
    running.cancel('not today');
    expect(await running).toMatchObject({ outcome: 'cancelled', snapshotId: undefined });
    expect(await numbersIn(target)).toEqual([3, 4]);
  });

  /** Time passes, and whoever is woken gets to work. */
  async function seconds(count: number): Promise<void> {
    for (let second = 0; second < count; second += 1) {
      world.clock.pass(1000);
      await new Promise(setImmediate);
    }
  }

  test.each(kinds)('%s that hangs is ended, and so is one that takes too long', async (_, method, job) => {
    put(source, made(1), made(2));
    put(target, made(3), made(4));
    for (const [limits, code] of [
      [{ stallTimeoutMs: 60_000 }, 'engine.stalled'],
      [{ maxRuntimeMs: 5000 }, 'run.deadline'],
    ] as const) {
      const held = target.holdNext(method);
      await coordinator.registerBackupJob({ ...job, retry: { type: 'none' }, ...limits }, [main, other]);
      const running = coordinator.runBackupJob(job.id);
      await held.reached;
      await seconds(61);
      expect(await running).toMatchObject({ outcome: 'failed', error: { code } });
    }
  });

  test.each(kinds)('%s waits for a lock and heals those of the dead', async (_, method, job) => {
    put(source, made(1), made(2));
    put(target, made(3), made(4));
    target.failNext('repository.locked', { method });
    const { record, outcome } = await run(job);
    expect({ outcome, attempts: record.attempts.length }).toEqual({ outcome: 'succeeded', attempts: 1 });
    expect(repositories.healed.map(({ repository }) => repository)).toEqual(
      job.kind === 'copy' ? ['main', 'other'] : ['main'],
    );
    const spools = stepsOf(record.id).flatMap(({ stage, detail }) =>
      stage === 'intent' ? (detail['spool'] ?? []) : [],
    );
    expect(new Set(spools).size).toBe(2);
  });
});
