import type { HookDefinition, HookPhase, JobDefinition, RunRecord } from '@umbracore/contracts';
import { aCheckJob, aRepository } from '@umbracore/testkit';
import { describe, expect, test } from 'vitest';
import { BackupCoordinator, RetryStrategy } from '../src/index.ts';
import { World } from './world.ts';
import type { KillPoint, Life } from './world.ts';

const hook = (overrides: Partial<HookDefinition> = {}): HookDefinition => ({
  run: [],
  use: { kind: 'bell', options: 1 },
  env: {},
  secrets: {},
  cwd: undefined,
  timeoutMs: 60_000,
  tries: 1,
  delayMs: 0,
  onFailure: 'fail',
  ...overrides,
});

const retry = RetryStrategy.exponentialBackoff({ maxAttempts: 3 });
const aJob = (before = [hook()]): JobDefinition =>
  aCheckJob({ retry, hooks: { before, after: [hook()], onError: [hook()], finally: [hook()] } });

async function aWorld(): Promise<World> {
  const world = await World.create();
  world.hooks.does('bell', async () => 'done');
  return world;
}

async function coordinatorOf(life: Life, job: JobDefinition): Promise<BackupCoordinator> {
  const coordinator = new BackupCoordinator(life.ports);
  await coordinator.registerBackupJob(job, [aRepository()]);
  return coordinator;
}

async function runUntilKilled(world: World, job: JobDefinition, killAt: KillPoint): Promise<Life> {
  const life = world.boot(killAt);
  await Promise.race([(await coordinatorOf(life, job)).runBackupJob(job.id).all(), life.died]);
  return life;
}

async function recoverIn(world: World, job: JobDefinition): Promise<void> {
  await (await coordinatorOf(world.boot(), job)).recover({ wait: true });
}

const theRun = (world: World): RunRecord | undefined => [...world.store.entries.values()][0]?.run;

/** How often the hooks of a phase were called in an attempt. */
const calls = (world: World, phase: HookPhase, attempt: number): number =>
  world.hooks.calls.filter((one) => one.phase === phase && one.attempt === attempt).length;

describe('a coordinator that is killed at any call it makes', () => {
  test.each(['before', 'after'] as const)(
    '%s it: every bracket is closed, and hooks are no reason to begin anew',
    async (when) => {
      const job = aJob();
      const struck = new Set<string>();
      for (let call = 1, killed = true; killed; call += 1) {
        await using world = await aWorld();
        const first = await runUntilKilled(world, job, { call, when });
        killed = first.dead;
        if (killed) await recoverIn(world, job);
        const run = theRun(world);
        if (run === undefined || run.attempts.length === 0) continue;
        const at = first.calls.at(-1) ?? '';
        if (killed) struck.add(at);
        const story = `killed ${when} call ${call} (${at})`;
        const last = run.attempts.length;
        const wrong = [
          ...(run.state === 'succeeded' ? [] : [`it ${run.state}: ${run.error?.message}`]),
          ...run.attempts.flatMap(({ number }) => (calls(world, 'finally', number) > 0 ? [] : [`${number} is open`])),
          ...(calls(world, 'before', last) > 0 ? [] : ['no before']),
          ...(calls(world, 'after', last) > 0 ? [] : ['no after']),
          ...(at === 'hooks.run' && last > 1 ? [`${last} attempts`] : []),
          ...(world.hooks.calls.at(-1)?.phase === 'finally' ? [] : ['not closed last']),
        ];
        expect({ story, wrong }).toEqual({ story, wrong: [] });
      }
      expect([...struck]).toContain('hooks.run');
    },
  );
});

test.each(['after', 'finally'] as const)('a work that is done is not done again for a hook %s', async (phase) => {
  await using world = await aWorld();
  const job = aJob();
  const life = world.boot();
  world.hooks.does('bell', async (_, occasion) => {
    if (occasion.phase === phase) life.die();
    return 'done';
  });
  await Promise.race([(await coordinatorOf(life, job)).runBackupJob(job.id).all(), life.died]);
  expect([world.done.length, calls(world, phase, 1)]).toEqual([1, 1]);
  await recoverIn(world, job);
  expect(theRun(world)).toMatchObject({ state: 'succeeded', attempts: [{ outcome: 'succeeded' }] });
  expect([world.done.length, calls(world, phase, 1)]).toEqual([1, 2]);
});

test('a hook that said no is not overheard by the next coordinator', async () => {
  let killed = true;
  for (let call = 1; killed; call += 1) {
    await using world = await aWorld();
    const job = aJob([hook({ onFailure: 'skip' })]);
    world.hooks.does('bell', async (_, { phase }) => {
      if (phase === 'before') throw new Error('not today');
      return 'done';
    });
    killed = (await runUntilKilled(world, job, { call, when: 'after' })).dead;
    await recoverIn(world, job);
    expect(world.done).toEqual([]);
    const states = [...world.store.entries.values()]
      .filter(({ run }) => run.attempts.length > 0)
      .map(({ run }) => run.state);
    expect(states.every((state) => state === 'skipped')).toBe(true);
  }
});

test('a hook that takes its coordinator with it each time is given up', async () => {
  await using world = await aWorld();
  const job = aJob();
  const fatal = world.boot();
  world.hooks.does('bell', async (_, { phase }) => {
    if (phase === 'before') for (const life of lives) life.die();
    return 'done';
  });
  const lives = [fatal];
  await Promise.race([(await coordinatorOf(fatal, job)).runBackupJob(job.id).all(), fatal.died]);
  for (let left = 10; left > 0 && theRun(world)?.finishedAt === null; left -= 1) {
    const life = world.boot();
    lives.push(life);
    await Promise.race([(await coordinatorOf(life, job)).recover({ wait: true }), life.died]);
  }
  expect(theRun(world)).toMatchObject({ state: 'failed', error: { code: 'hook.failed' } });
  expect(theRun(world)?.error?.message).toContain('was interrupted 4 times');
  expect(calls(world, 'finally', 1)).toBe(1);
});

test('a process that has to end ends its hook, and the next one begins it again in the same attempt', async () => {
  await using world = await aWorld();
  const job = aJob();
  const first = await coordinatorOf(world.boot(), job);
  const told: unknown[] = [];
  world.hooks.does('bell', async (_, __, { signal }) => {
    first.leave();
    told.push(signal.reason);
    throw signal.reason;
  });
  expect(
    await first
      .runBackupJob(job.id)
      .all()
      .catch(() => 'left open'),
  ).toBe('left open');
  expect(told).toMatchObject([{ code: 'run.terminated' }]);
  expect(theRun(world)?.state).toBe('running');
  world.hooks.does('bell', async () => 'done');
  await recoverIn(world, job);
  expect(theRun(world)).toMatchObject({ state: 'succeeded', attempts: [{ outcome: 'succeeded' }] });
  expect(world.hooks.calls.map(({ phase }) => phase)).toEqual(['before', 'before', 'after', 'finally']);
});
