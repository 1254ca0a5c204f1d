import { isTerminal, runOfTags, runTag } from '@umbracore/contracts';
import type { RunRecord } from '@umbracore/contracts';
import { aJob, aRepository } from '@umbracore/testkit';
import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { BackupCoordinator, RetryStrategy } from '../src/index.ts';
import { World } from './world.ts';
import type { Fate, KillPoint, Life } from './world.ts';

const fates: readonly Fate[] = ['goes on', 'ends by itself', 'is killed', 'loses its exit'];
const moments = ['before', 'after'] as const;

async function coordinatorOf(world: World, life: Life): Promise<BackupCoordinator> {
  const coordinator = new BackupCoordinator(life.ports);
  const sources = [{ path: world.source, required: true }];
  const retry = RetryStrategy.exponentialBackoff({ maxAttempts: 3 });
  const job = aJob({ sources, retry, verifyAfterBackup: 'metadata' });
  await coordinator.registerBackupJob(job, [aRepository()]);
  return coordinator;
}

/** Starts a job and gives up when the process is killed. */
async function runUntilKilled(world: World, killAt: KillPoint): Promise<Life> {
  const life = world.boot(killAt);
  const coordinator = await coordinatorOf(world, life);
  await Promise.race([coordinator.runBackupJob('documents').all(), life.died]);
  return life;
}

async function recoverIn(world: World, killAt?: KillPoint): Promise<Life> {
  const life = world.boot(killAt);
  const coordinator = await coordinatorOf(world, life);
  await Promise.race([coordinator.recover({ wait: true }), life.died]);
  return life;
}

const allRuns = (world: World): readonly RunRecord[] => [...world.store.entries.values()].map(({ run }) => run);

/** An engine that was not killed is never done again: the run has its result as if nothing had happened. */
/** Its coordinator died between asking for the run and beginning it. */
const neverBegan = (run: RunRecord): boolean => run.attempts.length === 0 && run.error?.code === 'run.interrupted';

function expectAdopted(world: World, story: string): void {
  expect(world.engines.size, `${story}: engines started`).toBeLessThanOrEqual(1);
  for (const run of allRuns(world).filter((one) => !neverBegan(one))) {
    expect(run.state, `${story}: ${run.suspicions.join()}`).toBe('succeeded');
  }
}

function expectWhole(world: World, story: string): void {
  for (const run of allRuns(world)) {
    expect(isTerminal(run.state), `${story}: ${run.id} is ${run.state}`).toBe(true);
    const made = world.snapshots.filter(({ tags }) => tags.includes(runTag(run.id)));
    if (neverBegan(run)) {
      expect(made, `${story}: it never began`).toEqual([]);
      continue;
    }
    expect(made.length, `${story}: snapshots of ${run.id}`).toBe(1);
    expect(run.snapshot, story).toBe(made[0]?.id);
    expect(['succeeded', 'warning'], `${story}: ${run.error?.message}`).toContain(run.state);
    expect(
      run.attempts.every(({ finishedAt }) => finishedAt !== null),
      story,
    ).toBe(true);
  }
  expect(
    world.snapshots.every(({ tags }) => world.store.entries.has(runOfTags(tags) ?? '')),
    story,
  ).toBe(true);
  const working = [...world.engines.values()].filter(({ stage }) => stage !== 'ended');
  expect(working, `${story}: engines left`).toHaveLength(0);
  expect(existsSync(world.spoolDir) ? readdirSync(world.spoolDir) : [], `${story}: spools left`).toEqual([]);
}

describe.each(fates)('a coordinator is killed and its engine %s', (fate) => {
  test.each(moments)('%s any call it makes: one snapshot, and the run has ended', async (when) => {
    let call = 0;
    for (let killed = true; killed;) {
      call += 1;
      await using world = await World.create();
      const first = await runUntilKilled(world, { call, when });
      killed = first.dead;
      const story = `killed ${when} call ${call} (${first.calls.at(-1)})`;
      world.decide(fate);
      if (killed) await recoverIn(world);
      expectWhole(world, story);
      if (fate === 'goes on' || fate === 'ends by itself') expectAdopted(world, story);
      const before = JSON.stringify(allRuns(world));
      await recoverIn(world);
      expect(JSON.stringify(allRuns(world)), `${story}: recovering again`).toBe(before);
    }
    expect(call).toBeGreaterThan(15);
  });

  test('and the one that recovers is killed too', async () => {
    for (let call = 2; call <= 20; call += 1) {
      for (let again = 1, killed = true; killed; again += 3) {
        await using world = await World.create();
        await runUntilKilled(world, { call, when: 'after' });
        world.decide(fate);
        const second = await recoverIn(world, { call: again, when: again % 2 === 0 ? 'before' : 'after' });
        killed = second.dead;
        world.decide(fate);
        await recoverIn(world);
        expectWhole(world, `killed at call ${call}, then at ${again} (${second.calls.at(-1)})`);
      }
    }
  });

  test.each([1, 3])('and the repository does not answer the first %d times', async (asksThatFail) => {
    for (let call = 2; call <= 22; call += 1) {
      await using world = await World.create();
      const first = await runUntilKilled(world, { call, when: 'after' });
      world.decide(fate);
      world.asksThatFail = asksThatFail;
      await recoverIn(world);
      expectWhole(world, `killed at call ${call} (${first.calls.at(-1)})`);
    }
  });

  test('and two recover at once', async () => {
    for (let call = 2; call <= 22; call += 1) {
      await using world = await World.create();
      const first = await runUntilKilled(world, { call, when: 'after' });
      world.decide(fate);
      await Promise.all([recoverIn(world), recoverIn(world)]);
      await recoverIn(world);
      expectWhole(world, `killed at call ${call} (${first.calls.at(-1)})`);
    }
  });
});
