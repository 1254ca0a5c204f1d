import { isTerminal, runTag } from '@umbracore/contracts';
import type { HookDefinition, RunRecord } from '@umbracore/contracts';
import { aChain, aJob, aRepository } from '@umbracore/testkit';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BackupCoordinator } from '../src/index.ts';
import { World } from './world.ts';
import type { Fate, KillPoint, Life } from './world.ts';

/** A fan-out and a fan-in around a failure, what answers it, and a bracket around some of it. */
const good = (...arrows: readonly string[]) => arrows.flatMap((arrow) => [arrow, arrow.replace('->', '-warning->')]);
const chain = aChain(
  [
    ...good('mount -> database', 'database -> documents', 'database -> system'),
    ...good('documents -> mirror', 'system -> mirror'),
    'documents -failure-> rescue',
    'mirror -always-> report',
  ],
  { umount: { closes: 'mount' } },
);

async function coordinatorOf(world: World, life: Life, nightly = chain): Promise<BackupCoordinator> {
  const coordinator = new BackupCoordinator(life.ports);
  for (const { job: id } of chain.nodes) {
    const path = id === 'documents' ? join(world.folder, 'nowhere') : world.source;
    const repositories = id === 'system' ? ['main', 'other'] : ['main'];
    const job = aJob({ id, sources: [{ path, required: true }], repositories });
    await coordinator.registerBackupJob(job, [aRepository(), aRepository({ name: 'other' })]);
  }
  await coordinator.registerBackupJob(nightly);
  return coordinator;
}

async function runUntilKilled(world: World, killAt?: KillPoint): Promise<Life> {
  const life = world.boot(killAt);
  const coordinator = await coordinatorOf(world, life);
  await Promise.race([coordinator.runBackupJob('nightly').all(), life.died]);
  return life;
}

async function recoverIn(world: World, killAt?: KillPoint): Promise<Life> {
  const life = world.boot(killAt);
  const coordinator = await coordinatorOf(world, life);
  await Promise.race([coordinator.recover({ wait: true }), life.died]);
  return life;
}

const allRuns = (world: World): readonly RunRecord[] => [...world.store.entries.values()].map(({ run }) => run);

/** What everybody can see afterwards: how the chain and each node ended, and how many snapshots each left. */
function outcomeIn(world: World, fate: Fate = 'goes on'): readonly string[] {
  return allRuns(world)
    .map((run) => {
      const snapshots = world.snapshots.filter(({ tags }) => tags.includes(runTag(run.id))).length;
      // Of a killed engine nobody saw the end: a snapshot that it left is a warning.
      const state = fate === 'is killed' && run.snapshot !== null ? 'succeeded' : run.state;
      return `${run.job} on ${run.repository}: ${state}, ${snapshots} snapshots`;
    })
    .toSorted();
}

const wanted = [
  'database on main: succeeded, 1 snapshots',
  'documents on main: failed, 0 snapshots',
  'mirror on main: skipped, 0 snapshots',
  'mount on main: succeeded, 1 snapshots',
  'nightly on : warning, 0 snapshots',
  'report on main: succeeded, 1 snapshots',
  'rescue on main: succeeded, 1 snapshots',
  'system on main: succeeded, 1 snapshots',
  'system on other: succeeded, 1 snapshots',
  'umount on main: succeeded, 1 snapshots',
];

/** Nobody had begun the chain: who asked for it asks again. */
const neverBegan = (world: World): boolean => {
  const runs = allRuns(world);
  const [only] = runs;
  return runs.length === 0 || (runs.length === 1 && only?.attempts.length === 0 && isTerminal(only.state));
};

function wrongIn(world: World): readonly string[] {
  const chainRun = allRuns(world).find(({ job }) => job === 'nightly');
  const report = chainRun?.report?.kind === 'chain' ? chainRun.report.nodes : [];
  const told = report.flatMap(({ runs }) => runs).toSorted();
  const asked = allRuns(world).filter(({ parent }) => parent === chainRun?.id);
  const working = [...world.engines].filter(([, { stage }]) => stage !== 'ended');
  return [
    ...(JSON.stringify(told) === JSON.stringify(asked.map(({ id }) => id).toSorted()) ? [] : ['the report lacks runs']),
    ...working.map(([spool]) => `the engine of ${spool} works on`),
  ];
}

const fates: readonly Fate[] = ['goes on', 'ends by itself', 'is killed'];
const fateOf = (number: number): Fate => fates[number % fates.length] ?? 'goes on';

test('nobody is killed', async () => {
  await using world = await World.create();
  await runUntilKilled(world);
  expect([outcomeIn(world), wrongIn(world)]).toEqual([wanted, []]);
});

test.each([
  ['before', 0],
  ['after', 1],
] as const)('killed %s any call, the chain ends as if it had not been (%d)', async (when, shift) => {
  let call = 0;
  for (let killed = true; killed;) {
    call += 1;
    const fate = fateOf(call + shift);
    await using world = await World.create();
    const first = await runUntilKilled(world, { call, when });
    killed = first.dead;
    const story = `killed ${when} call ${call} (${first.calls.at(-1)}), and the engine ${fate}`;
    world.decide(fate);
    if (killed) await recoverIn(world);
    if (neverBegan(world)) continue;
    expect({ story, outcome: outcomeIn(world, fate), wrong: wrongIn(world) }).toEqual({
      story,
      outcome: wanted,
      wrong: [],
    });
    const before = JSON.stringify(allRuns(world));
    await recoverIn(world);
    expect({ story, runs: JSON.stringify(allRuns(world)) }).toEqual({ story, runs: before });
  }
  expect(call).toBeGreaterThan(100);
});

test('the one that recovers is killed too', async () => {
  for (let call = 5; call <= 150; call += 17) {
    for (let again = 1, killed = true; killed; again += 11) {
      const fate = fateOf(call + again);
      await using world = await World.create();
      await runUntilKilled(world, { call, when: 'after' });
      world.decide(fate);
      const second = await recoverIn(world, { call: again, when: again % 2 === 0 ? 'before' : 'after' });
      killed = second.dead;
      world.decide(fate);
      await recoverIn(world);
      const story = `killed at call ${call}, then at ${again} (${second.calls.at(-1)}), and the engine ${fate}`;
      expect({ story, outcome: outcomeIn(world, fate) }).toEqual({ story, outcome: wanted });
    }
  }
});

test('two recover at once', async () => {
  for (let call = 6; call <= 200; call += 5) {
    const fate = fateOf(call);
    await using world = await World.create();
    const first = await runUntilKilled(world, { call, when: 'after' });
    world.decide(fate);
    await Promise.all([recoverIn(world), recoverIn(world)]);
    await recoverIn(world);
    const story = `killed at call ${call} (${first.calls.at(-1)}), and the engine ${fate}`;
    expect({ story, outcome: outcomeIn(world, fate) }).toEqual({ story, outcome: wanted });
  }
});

/** A coordinator that starts what is due, until the chain has ended or it is killed. */
async function dispatchIn(world: World, request: boolean, killAt?: KillPoint): Promise<Life> {
  const life = world.boot(killAt);
  const coordinator = await coordinatorOf(world, life);
  const ended = new Promise<void>((resolve) => {
    coordinator.on('run.finished', ({ job }) => job === 'nightly' && resolve());
  });
  coordinator.start();
  if (request) coordinator.runBackupJob('nightly');
  await Promise.race([ended, life.died]);
  // Some are killed while they end.
  if (!life.dead) await Promise.race([coordinator[Symbol.asyncDispose](), life.died]);
  return life;
}

test('dispatchers are killed, and the next one brings the chain to its end', async () => {
  let call = 1;
  for (let killed = true; killed;) {
    call += 7;
    const fate = fateOf(call);
    await using world = await World.create();
    // A dispatcher sleeps again and again, whatever else is done.
    world.clock.patienceMs = 50;
    const first = await dispatchIn(world, true, { call, when: call % 2 === 0 ? 'after' : 'before' });
    killed = first.dead;
    world.decide(fate);
    const isOpen = (run: RunRecord): boolean => run.job === 'nightly' && !isTerminal(run.state);
    if (allRuns(world).some(isOpen)) await dispatchIn(world, false);
    if (neverBegan(world)) continue;
    const story = `killed at call ${call} (${first.calls.at(-1)}), and the engine ${fate}`;
    expect({ story, outcome: outcomeIn(world, fate), wrong: wrongIn(world) }).toEqual({
      story,
      outcome: wanted,
      wrong: [],
    });
  }
  expect(call).toBeGreaterThan(100);
});

test('killed while it is being cancelled, the chain is cancelled still, and closes what it opened', async () => {
  let call = 0;
  let last: string | undefined;
  for (let killed = true; killed;) {
    call += 4;
    const fate = fateOf(call);
    await using world = await World.create();
    const life = world.boot({ call, when: 'after' });
    const coordinator = await coordinatorOf(world, life);
    const handle = coordinator.runBackupJob('nightly');
    using _cancelling = coordinator.on('run.started', ({ job }) => {
      if (job === 'system') handle.cancel();
    });
    await Promise.race([handle.all(), life.died]);
    killed = life.dead;
    world.decide(fate);
    if (killed) await recoverIn(world);
    if (neverBegan(world)) continue;
    const story = `killed after call ${call} (${life.calls.at(-1)}), and the engine ${fate}`;
    const runs = allRuns(world);
    const nightly = runs.find(({ job }) => job === 'nightly');
    last = nightly?.state;
    const wasCancelled = nightly?.cancelRequestedAt !== null;
    expect({ story, nightly: nightly?.state }).toEqual({ story, nightly: wasCancelled ? 'cancelled' : nightly?.state });
    expect({ story, open: runs.filter(({ state }) => !isTerminal(state)) }).toEqual({ story, open: [] });
    expect({ story, closers: outcomeIn(world, fate).filter((line) => line.startsWith('umount')) }).toEqual({
      story,
      closers: ['umount on main: succeeded, 1 snapshots'],
    });
    expect({ story, wrong: wrongIn(world) }).toEqual({ story, wrong: [] });
  }
  expect(call).toBeGreaterThan(60);
  expect(last).toBe('cancelled');
});

test('cancelled after its coordinator died, a chain with hooks ends what runs and closes what it opened', async () => {
  await using world = await World.create();
  world.hooks.does('bell', async () => 'done');
  const call = {
    use: { kind: 'bell', options: 1 },
    run: [],
    env: {},
    secrets: {},
    cwd: undefined,
    tries: 1,
    delayMs: 0,
  };
  const hook: HookDefinition = { ...call, timeoutMs: 60_000, onFailure: 'fail' };
  const nightly = { ...chain, hooks: { before: [hook], after: [], onError: [], finally: [hook] } };
  const life = world.boot();
  const first = await coordinatorOf(world, life, nightly);
  using _dying = first.on('run.started', ({ job }) => {
    if (job === 'system') life.die();
  });
  await Promise.race([first.runBackupJob('nightly').all(), life.died]);
  world.decide('goes on');
  const second = await coordinatorOf(world, world.boot(), nightly);
  const left = allRuns(world).find(({ job }) => job === 'nightly');
  expect(await second.cancel(left?.id ?? '')).toBe(true);
  expect(allRuns(world).filter(({ state }) => !isTerminal(state))).toEqual([]);
  expect(allRuns(world).find(({ job }) => job === 'nightly')?.state).toBe('cancelled');
  expect(outcomeIn(world)).toContain('umount on main: succeeded, 1 snapshots');
  expect(world.hooks.calls.map(({ phase }) => phase)).toEqual(['before', 'finally']);
});
