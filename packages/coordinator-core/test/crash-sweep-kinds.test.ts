import { forgottenAt, isTerminal, jobTag, runTag } from '@umbracore/contracts';
import type { JobDefinition, RunRecord, Snapshot } from '@umbracore/contracts';
import {
  aCheckJob,
  aCommandJob,
  aCopyJob,
  aDrillJob,
  aForgetJob,
  aPolicy,
  aPruneJob,
  aRepository,
  aSnapshot,
} from '@umbracore/testkit';
import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { BackupCoordinator, RetryStrategy } from '../src/index.ts';
import { World } from './world.ts';
import type { Fate, KillPoint, Life } from './world.ts';

const fates: readonly Fate[] = ['goes on', 'ends by itself', 'is killed', 'loses its exit'];
const moments = ['before', 'after'] as const;

/** A job of one kind, what there is before it runs, and what is wrong afterwards. */
interface Kind {
  readonly job: JobDefinition;
  readonly seed?: (world: World) => void;
  /** `began` is false if nobody saw the run begin. */
  readonly wrong: (world: World, run: RunRecord, began: boolean) => readonly string[];
}

const retry = RetryStrategy.exponentialBackoff({ maxAttempts: 3 });

const numbered = (number: number): Snapshot =>
  aSnapshot({
    id: `a${number}`.padStart(64, '0'),
    time: Date.UTC(2026, 0, number),
    tags: [jobTag('documents'), runTag(`r-${number}`)],
  });

const same = (what: string, real: unknown, wanted: unknown): readonly string[] =>
  JSON.stringify(real) === JSON.stringify(wanted) ? [] : [`${what} ${JSON.stringify(real)}`];

/** What was kept depends on how much an attempt found marked: only what was marked is compared, in order. */
const sorted = (report: RunRecord['report']): unknown =>
  report?.kind === 'forget' ? { ...report, kept: 2, marked: report.marked?.toSorted() } : report;

const reported = (report: RunRecord['report']): unknown =>
  report?.kind === 'drill' ? { files: report.files, bySource: report.bySource, failures: report.failures } : report;

/** What is new in an empty repository is seldom the matter. */
function withoutNew(report: RunRecord['report']): unknown {
  if (report?.kind !== 'check') return report;
  const { check: _, ...rest } = report;
  return rest;
}

const kinds: Readonly<Record<string, Kind>> = {
  copy: {
    job: aCopyJob({ from: 'source', retry }),
    seed: (world) => {
      world.offered.push(numbered(1), numbered(2), numbered(3), aSnapshot({ tags: ['foreign'] }));
      world.copy(numbered(1));
    },
    wrong: ({ snapshots }, { report }, began) => {
      const originals = snapshots.map(({ original }) => original);
      const wanted = began ? [1, 2, 3] : [1];
      const copied = snapshots.slice(1).map(({ id }) => id);
      return [
        ...same(
          'there are copies of',
          originals,
          wanted.map((number) => numbered(number).id),
        ),
        ...(began ? same('it reports', report?.kind === 'copy' ? report.copied : report, copied) : []),
      ];
    },
  },
  'forget that marks': {
    job: aForgetJob({ policy: aPolicy({ last: 2, undoMs: 86_400_000 }), retry }),
    seed: ({ snapshots }) => void snapshots.push(...[1, 2, 3, 4, 5].map(numbered)),
    wrong: ({ snapshots }, { report }, began) => {
      const isMarked = ({ tags }: Snapshot): boolean => forgottenAt(tags) !== undefined;
      const marked = snapshots.filter(isMarked);
      const originals = [1, 2, 3].map((number) => numbered(number).id);
      const ids = marked.map(({ id }) => id);
      return [
        ...same('there are', snapshots.length, 5),
        ...same(
          'marked are',
          marked.map(({ original }) => original),
          began ? originals : [],
        ),
        ...(began ? same('it reports', sorted(report), { kind: 'forget', removed: [], kept: 2, marked: ids }) : []),
      ];
    },
  },
  forget: {
    job: aForgetJob({ policy: aPolicy({ last: 2 }), retry }),
    seed: ({ snapshots }) => void snapshots.push(...[1, 2, 3, 4, 5].map(numbered)),
    wrong: ({ snapshots }, { report }, began) => {
      const left = snapshots.map(({ id }) => id);
      const wanted = (began ? [4, 5] : [1, 2, 3, 4, 5]).map((number) => numbered(number).id);
      const removed = [1, 2, 3].map((number) => numbered(number).id);
      return [
        ...same('there are', left, wanted),
        ...(began ? same('it reports', report, { kind: 'forget', removed, kept: 2 }) : []),
      ];
    },
  },
  prune: {
    job: aPruneJob({ retry }),
    wrong: ({ done }, { report }, began) => [
      ...(done.includes('prune') === began ? [] : [`done: ${done.join()}`]),
      ...(began ? same('it reports', report, { kind: 'prune' }) : []),
    ],
  },
  check: {
    job: aCheckJob({ readPercent: 50, retry }),
    wrong: ({ done }, { report }, began) => {
      const part = { part: 1, of: 2 };
      const wanted = `check ${JSON.stringify({ type: 'part', ...part })}`;
      const whole = { kind: 'check', sound: true, problems: [], advice: [], part, engine: true };
      return [
        ...(done.every((what) => what === wanted) && done.length > 0 === began ? [] : [`done: ${done.join()}`]),
        ...(began ? same('it reports', withoutNew(report), whole) : []),
      ];
    },
  },
  drill: {
    job: aDrillJob({ retry }),
    seed: ({ snapshots }) => void snapshots.push({ ...numbered(1), host: 'test-host' }),
    wrong: ({ done, scratchDir }, { report }, began) => [
      ...(done.length > 0 === began ? [] : [`done: ${done.join()}`]),
      ...(began ? same('it reports', reported(report), { files: 1, bySource: 1, failures: [] }) : []),
      ...(existsSync(scratchDir) ? readdirSync(scratchDir).map((name) => `${name} is left`) : []),
    ],
  },
  command: {
    job: aCommandJob({ command: ['true', 'again'], env: { TOKEN: { scheme: 'test', target: 'secret' } }, retry }),
    wrong: ({ done, engines }, { report, attempts }, began) => [
      ...(done.length > 0 === began ? [] : [`done: ${done.join()}`]),
      ...(engines.size <= attempts.length ? [] : [`${engines.size} engines in ${attempts.length} attempts`]),
      ...(began ? same('it reports', report, { kind: 'command', exitCode: 0, signal: null }) : []),
    ],
  },
};

async function coordinatorOf(life: Life, job: JobDefinition): Promise<BackupCoordinator> {
  const coordinator = new BackupCoordinator(life.ports);
  await coordinator.registerBackupJob(job, [aRepository(), aRepository({ name: 'source' })]);
  return coordinator;
}

async function runUntilKilled(world: World, job: JobDefinition, killAt: KillPoint): Promise<Life> {
  const life = world.boot(killAt);
  await Promise.race([(await coordinatorOf(life, job)).runBackupJob(job.id).all(), life.died]);
  return life;
}

async function recoverIn(world: World, job: JobDefinition, killAt?: KillPoint): Promise<Life> {
  const life = world.boot(killAt);
  await Promise.race([(await coordinatorOf(life, job)).recover({ wait: true }), life.died]);
  return life;
}

const allRuns = (world: World): readonly RunRecord[] => [...world.store.entries.values()].map(({ run }) => run);

/** Its coordinator died between asking for the run and beginning it. */
const neverBegan = (run: RunRecord): boolean => run.attempts.length === 0 && run.error?.code === 'run.interrupted';

function wrongIn(world: World, kind: Kind): readonly string[] {
  const ofRuns = allRuns(world).flatMap((run) => [
    ...(isTerminal(run.state) ? [] : [`the run is ${run.state}`]),
    ...(neverBegan(run) || run.state === 'succeeded' ? [] : [`${run.state}: ${run.error?.message}`]),
    ...run.attempts.filter(({ finishedAt }) => finishedAt === null).map(({ number }) => `attempt ${number} is open`),
    ...kind.wrong(world, run, !neverBegan(run)),
  ]);
  const spools = existsSync(world.spoolDir) ? readdirSync(world.spoolDir) : [];
  return [
    ...ofRuns,
    ...[...world.engines]
      .filter(([, { stage }]) => stage !== 'ended')
      .map(([spool]) => `the engine of ${spool} works on`),
    ...spools.map((spool) => `the spool ${spool} is left`),
  ];
}

async function worldFor(kind: Kind): Promise<World> {
  const world = await World.create();
  kind.seed?.(world);
  return world;
}

describe.each(Object.entries(kinds))('a coordinator that carries out a %s', (name, kind) => {
  describe.each(fates)('is killed and its engine %s', (fate) => {
    test.each(moments)('%s any call it makes: all is done, and the run has ended', async (when) => {
      let call = 0;
      for (let killed = true; killed;) {
        call += 1;
        await using world = await worldFor(kind);
        const first = await runUntilKilled(world, kind.job, { call, when });
        killed = first.dead;
        world.decide(fate);
        if (killed) await recoverIn(world, kind.job);
        const story = `killed ${when} call ${call} (${first.calls.at(-1)})`;
        expect({ story, wrong: wrongIn(world, kind) }).toEqual({ story, wrong: [] });
        const survives = fate === 'goes on' || fate === 'ends by itself';
        const began = allRuns(world).some((run) => !neverBegan(run));
        const once = name === 'command' && survives ? Number(began) : world.done.length;
        expect({ story, done: world.done.length }).toEqual({ story, done: once });
        const before = JSON.stringify(allRuns(world));
        await recoverIn(world, kind.job);
        expect({ story, runs: JSON.stringify(allRuns(world)) }).toEqual({ story, runs: before });
      }
      expect(call).toBeGreaterThan(10);
    });

    test('and the one that recovers is killed too', async () => {
      for (let call = 2; call <= 24; call += 3) {
        for (let again = 1, killed = true; killed; again += 5) {
          await using world = await worldFor(kind);
          await runUntilKilled(world, kind.job, { call, when: 'after' });
          world.decide(fate);
          const second = await recoverIn(world, kind.job, { call: again, when: again % 2 === 1 ? 'before' : 'after' });
          killed = second.dead;
          world.decide(fate);
          await recoverIn(world, kind.job);
          const story = `killed at call ${call}, then at ${again} (${second.calls.at(-1)})`;
          expect({ story, wrong: wrongIn(world, kind) }).toEqual({ story, wrong: [] });
        }
      }
    });

    test('and the run was to be cancelled: it is, and nothing of it works on', async () => {
      await using world = await worldFor(kind);
      const call = name === 'command' ? 'engines.start' : 'engine: start';
      await runUntilKilled(world, kind.job, { call, when: 'after' });
      world.decide(fate);
      const [run] = allRuns(world);
      expect(run?.state).toBe('running');
      await (await coordinatorOf(world.boot(), kind.job)).cancel(run?.id ?? '');
      expect(allRuns(world).map(({ state }) => state)).toEqual(['cancelled']);
      expect([...world.engines.values()].map(({ stage }) => stage)).toEqual(['ended']);
    });

    test('and two recover at once', async () => {
      for (let call = 2; call <= 26; call += 2) {
        await using world = await worldFor(kind);
        const first = await runUntilKilled(world, kind.job, { call, when: 'after' });
        world.decide(fate);
        await Promise.all([recoverIn(world, kind.job), recoverIn(world, kind.job)]);
        await recoverIn(world, kind.job);
        const story = `killed at call ${call} (${first.calls.at(-1)})`;
        expect({ story, wrong: wrongIn(world, kind) }).toEqual({ story, wrong: [] });
      }
    });
  });
});
