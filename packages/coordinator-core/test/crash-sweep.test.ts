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

/** Its coordinator died between asking for the run and beginning it. */
const neverBegan = (run: RunRecord): boolean => run.attempts.length === 0 && run.error?.code === 'run.interrupted';

/** What is wrong with the world, as sentences. */
function wrongIn(world: World): readonly string[] {
  const ofRuns = allRuns(world).flatMap((run) => {
    const made = world.snapshots.filter(({ tags }) => tags.includes(runTag(run.id)));
    const wanted = neverBegan(run) ? 0 : 1;
    return [
      ...(isTerminal(run.state) ? [] : [`the run is ${run.state}`]),
      ...(made.length === wanted ? [] : [`it has ${made.length} snapshots`]),
      ...((run.snapshot ?? undefined) === made[0]?.id ? [] : [`it names the snapshot ${run.snapshot}`]),
      ...(wanted === 0 || run.state === 'succeeded' || run.state === 'warning'
        ? []
        : [`${run.state}: ${run.error?.message}`]),
      ...run.attempts.filter(({ finishedAt }) => finishedAt === null).map(({ number }) => `attempt ${number} is open`),
    ];
  });
  const strays = world.snapshots.filter(({ tags }) => !world.store.entries.has(runOfTags(tags) ?? ''));
  const working = [...world.engines].filter(([, { stage }]) => stage !== 'ended');
  const spools = existsSync(world.spoolDir) ? readdirSync(world.spoolDir) : [];
  return [
    ...ofRuns,
    ...strays.map(({ id }) => `snapshot ${id} belongs to no run`),
    ...working.map(([spool]) => `the engine of ${spool} works on`),
    ...spools.map((spool) => `the spool ${spool} is left`),
  ];
}

/** An engine that was not killed is never done again: the run has its result as if nothing had happened. */
function doneAgain(world: World): readonly string[] {
  const runs = allRuns(world).filter((run) => !neverBegan(run) && run.state !== 'succeeded');
  return [
    ...(world.engines.size > 1 ? [`${world.engines.size} engines were started`] : []),
    ...runs.map(({ state, suspicions }) => `${state}: ${suspicions.join()}`),
  ];
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
      const survives = fate === 'goes on' || fate === 'ends by itself';
      world.decide(fate);
      if (killed) await recoverIn(world);
      expect({ story, wrong: wrongIn(world) }).toEqual({ story, wrong: [] });
      expect({ story, again: survives ? doneAgain(world) : [] }).toEqual({ story, again: [] });
      const before = JSON.stringify(allRuns(world));
      await recoverIn(world);
      expect({ story, runs: JSON.stringify(allRuns(world)) }).toEqual({ story, runs: before });
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
        const story = `killed at call ${call}, then at ${again} (${second.calls.at(-1)})`;
        expect({ story, wrong: wrongIn(world) }).toEqual({ story, wrong: [] });
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
      const story = `killed at call ${call} (${first.calls.at(-1)})`;
      expect({ story, wrong: wrongIn(world) }).toEqual({ story, wrong: [] });
    }
  });

  test('and two recover at once', async () => {
    for (let call = 2; call <= 22; call += 1) {
      await using world = await World.create();
      const first = await runUntilKilled(world, { call, when: 'after' });
      world.decide(fate);
      await Promise.all([recoverIn(world), recoverIn(world)]);
      await recoverIn(world);
      const story = `killed at call ${call} (${first.calls.at(-1)})`;
      expect({ story, wrong: wrongIn(world) }).toEqual({ story, wrong: [] });
    }
  });
});
