import { baseTag, pinTag } from '@umbracore/contracts';
import type { BackupReport, BackupSpec } from '@umbracore/contracts';
import { aForgetJob, aJob, aPolicy, aRepository } from '@umbracore/testkit';
import type { FakeBackend } from '@umbracore/testkit';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BackupCoordinator } from '../src/index.ts';
import type { BackupRun, RunRequest } from '../src/index.ts';
import { TwoRepositories } from './two-repositories.ts';
import { World } from './world.ts';
import type { Fate } from './world.ts';

let stage: TwoRepositories;
let target: FakeBackend;

beforeEach(async () => {
  stage = await TwoRepositories.create();
  ({ target } = stage);
});

afterEach(() => stage[Symbol.asyncDispose]());

type JobChange = Parameters<typeof aJob>[0];

async function run(change: JobChange = {}, request: RunRequest = {}): Promise<BackupRun> {
  stage.world.clock.pass(86_400_000);
  const sources = [{ path: stage.world.source, required: true }];
  return await stage.run(aJob({ sources, shrinkLimit: 0, ...change }), request);
}

const edit = (name: string, text: string): Promise<void> => writeFile(join(stage.world.source, name), text);

function reportOf({ report }: BackupRun): BackupReport {
  if (report?.kind !== 'backup') throw new Error('no backup');
  return report;
}

const specs = (): readonly BackupSpec[] =>
  target.calls.filter(({ method }) => method === 'backup').map(({ args }) => args[0] as BackupSpec);

describe('an incremental job', () => {
  test('is compared with its own last snapshot, without a question to the repository', async () => {
    const first = await run();
    const second = await run();
    expect(specs().map(({ parent, force }) => [parent, force])).toEqual([
      [undefined, false],
      [first.snapshotId, false],
    ]);
    expect(reportOf(second)).toMatchObject({ strategy: 'incremental', parent: first.snapshotId, base: null });
    expect(target.calls.filter(({ method }) => method === 'snapshots')).toEqual([]);
  });

  test('goes on with what the repository has where the history is out of date', async () => {
    const first = await run();
    const [[, pinned] = []] = await target.tag([first.snapshotId ?? ''], [pinTag], []);
    const second = await run();
    expect(second).toMatchObject({ outcome: 'succeeded', attempts: 1, report: { parent: pinned } });
    expect(await stage.logOf(second.id)).toContain('is not there to be compared with');
    await target.forget((await target.snapshots()).map(({ id }) => id));
    expect(await run()).toMatchObject({ outcome: 'succeeded', attempts: 1, report: { parent: null } });
  });

  test('fails where somebody names a parent that is not there', async () => {
    await run();
    const parent = 'f'.repeat(64);
    expect(await run({}, { parent })).toMatchObject({ outcome: 'failed', error: { code: 'snapshot.absent' } });
  });

  test('reads everything when it is asked to, by either word', async () => {
    await run();
    for (const request of [{ strategy: 'full' }, { force: true }] as const) {
      expect(reportOf(await run({}, request))).toMatchObject({ strategy: 'full', parent: null });
    }
    expect(specs().map(({ force }) => force)).toEqual([false, true, true]);
    await expect(run({}, { strategy: 'differential', force: true })).rejects.toMatchObject({ code: 'usage.invalid' });
  });
});

describe('a job that is skipped if nothing has changed', () => {
  const skips = { skipIfUnchanged: true } as const;

  test('ends well with the snapshot that is there, and saves what changes', async () => {
    const first = await run(skips);
    for (const again of [await run(skips), await run(skips)]) {
      expect(again).toMatchObject({ outcome: 'succeeded', snapshotId: first.snapshotId });
      expect(reportOf(again)).toMatchObject({ parent: first.snapshotId, unchangedSince: first.id });
    }
    expect(await target.snapshots()).toHaveLength(1);
    await edit('b.txt', 'beta');
    expect(reportOf(await run(skips)).unchangedSince).toBeNull();
    expect(await target.snapshots()).toHaveLength(2);
  });

  test('is told by the id that the snapshot has since it was pinned', async () => {
    const first = await run(skips);
    const [[, pinned] = []] = await target.tag([first.snapshotId ?? ''], [pinTag], []);
    const second = await run(skips);
    expect(second).toMatchObject({ outcome: 'succeeded', snapshotId: pinned, report: { unchangedSince: first.id } });
    expect(await target.snapshots()).toHaveLength(1);
  });

  test('is not missed by a forget when the tags of that snapshot have changed again', async () => {
    const first = await run(skips);
    await edit('b.txt', 'beta');
    const second = await run(skips);
    const [[, pinned = ''] = []] = await target.tag([second.snapshotId ?? ''], [pinTag], []);
    expect((await run(skips)).snapshotId).toBe(pinned);
    await target.tag([pinned], [], [pinTag]);
    const forget = await stage.run(aForgetJob({ policy: aPolicy({ last: 1 }) }));
    expect(forget).toMatchObject({ outcome: 'succeeded', report: { removed: [first.snapshotId] } });
  });

  test('makes a snapshot if it reads everything, and if the last one is not a good one', async () => {
    await run(skips);
    await run(skips, { strategy: 'full' });
    expect(await target.snapshots()).toHaveLength(2);
    target.alterNextBackup((result) => ({ ...result, exitLost: true }));
    expect((await run(skips, { strategy: 'full' })).outcome).toBe('warning');
    expect(reportOf(await run(skips)).unchangedSince).toBeNull();
    expect(await target.snapshots()).toHaveLength(4);
  });

  test('does not believe an engine that nobody told to skip', async () => {
    target.alterNextBackup((result) => ({ ...result, snapshot: undefined, unchanged: true }));
    const { outcome, snapshotId, report } = await run();
    const [made] = await target.snapshots();
    expect({ outcome, snapshotId, report }).toMatchObject({
      outcome: 'succeeded',
      snapshotId: made?.id,
      report: { unchangedSince: null },
    });
  });
});

describe('a differential job', () => {
  test('is compared with its base until that is old, and tells what changed since', async () => {
    const job = { strategy: 'differential', base: { everyMs: 3 * 86_400_000 } } as const;
    const runs = [];
    for (const name of ['1', '2', '3', '4', '5']) {
      await edit(name, 'x'.repeat(Number(name)));
      runs.push(await run(job));
    }
    const [base, , , next] = runs.map(({ snapshotId }) => snapshotId);
    expect(
      runs
        .map(reportOf)
        .map(({ parent, base, sinceBase, sinceLast }) => [
          parent,
          base?.snapshot,
          base?.number,
          sinceBase?.filesAdded,
          sinceLast?.filesAdded,
        ]),
    ).toEqual([
      [null, base, 0, undefined, undefined],
      [base, base, 1, 1, 1],
      [base, base, 2, 2, 1],
      [null, next, 0, undefined, 1],
      [next, next, 1, 1, 1],
    ]);
    expect((await target.snapshots({ tags: [baseTag] })).map(({ id }) => id)).toEqual([base, next]);
    expect(specs().map(({ force }) => force)).toEqual([true, false, false, true, false]);
  });

  test('makes a new one after so many runs, and when it was forgotten', async () => {
    const job = { strategy: 'differential', base: { afterRuns: 1 } } as const;
    const numbers = [];
    for (let count = 0; count < 4; count += 1) numbers.push(reportOf(await run(job)).base?.number);
    expect(numbers).toEqual([0, 1, 0, 1]);
    await run(job);
    await target.forget((await target.snapshots({ tags: [baseTag] })).map(({ id }) => id));
    expect(await run(job)).toMatchObject({ outcome: 'succeeded', attempts: 1, report: { base: { number: 0 } } });
  });

  test('knows its base behind any number of failures', async () => {
    const job = { strategy: 'differential' } as const;
    const base = await run(job);
    target.failNext('source.missing', { method: 'backup', times: 25 });
    for (let count = 0; count < 25; count += 1) expect((await run(job)).outcome).toBe('failed');
    expect(await run(job)).toMatchObject({ report: { parent: base.snapshotId, base: { number: 1 } } });
  });

  test('ends as well where nobody can tell what changed', async () => {
    const job = { strategy: 'differential' } as const;
    await run(job);
    target.failNext('repository.unreachable', { method: 'diff' });
    expect(await run(job)).toMatchObject({ outcome: 'succeeded', report: { sinceBase: null, base: { number: 1 } } });
  });
});

describe.each<Fate>(['goes on', 'ends by itself', 'is killed', 'loses its exit'])(
  'a coordinator is killed while nothing has changed, and its engine %s',
  (fate) => {
    test('at any call it makes: the run ends well with the snapshot of the one before', async () => {
      for (let call = 1, killed = true; killed; call += 1) {
        await using world = await World.create();
        const boot = async (killAt?: number) => {
          const life = world.boot(killAt === undefined ? undefined : { call: killAt, when: 'after' });
          const coordinator = new BackupCoordinator(life.ports);
          const job = aJob({ sources: [{ path: world.source, required: true }], skipIfUnchanged: true });
          await coordinator.registerBackupJob(job, [aRepository()]);
          return { life, coordinator };
        };
        const before = await (await boot()).coordinator.runBackupJob('documents');
        const { life, coordinator } = await boot(call);
        await Promise.race([coordinator.runBackupJob('documents').all(), life.died]);
        killed = life.dead;
        world.decide(fate);
        await (await boot()).coordinator.recover({ wait: true });
        const [run] = [...world.store.entries.values()].map(({ run }) => run).filter(({ id }) => id !== before.id);
        const story = `killed after call ${call} (${life.calls.at(-1)})`;
        // One that its coordinator did not begin made nothing.
        const ends = (run?.attempts ?? []).length === 0 ? [] : [{ state: run?.state, snapshot: run?.snapshot }];
        const good = ends.map(() => ({ state: 'succeeded', snapshot: before.snapshotId }));
        expect({ story, ends }).toEqual({ story, ends: good });
        expect({ story, snapshots: world.snapshots.length }).toEqual({ story, snapshots: 1 });
      }
    });
  },
);
