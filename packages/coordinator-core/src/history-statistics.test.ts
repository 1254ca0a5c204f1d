import type { RunQuery, RunRecord } from '@umbracore/contracts';
import { aJob, aPlan, aRun } from '@umbracore/testkit';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { runsIn, statisticsOf } from './history-statistics.ts';

const stats = {
  filesNew: 1,
  filesChanged: 0,
  filesUnmodified: 0,
  filesProcessed: 1,
  bytesProcessed: 100,
  bytesAdded: 10,
  bytesStored: undefined,
  durationMs: 1,
};

const run = (job: string, change: Partial<RunRecord> = {}): RunRecord =>
  aRun({ plan: aPlan({ job: aJob({ id: job }) }), state: 'succeeded', ...change });

/** Took so long. */
const took = (ms: number, change: Partial<RunRecord> = {}): RunRecord =>
  run('documents', { startedAt: 1000, finishedAt: 1000 + ms, ...change });

test('outcomes, the share of good ones, and what was added, by job and over all', async () => {
  const { jobs, total } = await statisticsOf([
    run('photos', { stats, queuedAt: 5 }),
    run('documents', { stats, queuedAt: 9 }),
    run('documents', { state: 'warning', stats, queuedAt: 3 }),
    run('documents', { state: 'failed', queuedAt: 4 }),
    run('documents', { state: 'cancelled', queuedAt: 4 }),
    run('documents', { state: 'running', queuedAt: 99 }),
    run('music', { state: 'queued' }),
  ]);
  expect(jobs.map(({ job }) => job)).toEqual(['documents', 'photos']);
  expect(jobs[0]).toMatchObject({
    runs: 4,
    outcomes: { succeeded: 1, warning: 1, failed: 1, cancelled: 1, skipped: 0, missed: 0 },
    successRate: 1 / 3,
    bytesAdded: 20,
    first: 3,
    last: 9,
  });
  expect(total).toMatchObject({ runs: 5, successRate: 0.5, bytesAdded: 30, first: 3, last: 9 });
});

test('a record of missed slots counts for all of them, and for no rate', async () => {
  const because = { code: 'catch-up', text: 'nobody was there', alsoStandsFor: { count: 6, first: 0 } } as const;
  const { total } = await statisticsOf([run('documents', { state: 'missed', because })]);
  expect(total).toMatchObject({ runs: 7, outcomes: { missed: 7 }, successRate: undefined, medianMs: undefined });
});

test('dry runs do not count', async () => {
  const plan = aPlan({ options: { dryRun: true } });
  const { jobs, total } = await statisticsOf([aRun({ plan, state: 'succeeded', stats })]);
  expect({ jobs, runs: total.runs }).toEqual({ jobs: [], runs: 0 });
});

test.each([
  [[], undefined, undefined],
  [[7], 7, 7],
  [[4, 1], 1, 4],
  [Array.from({ length: 100 }, (_, place) => 100 - place), 50, 95],
])('of %j half take no longer than %j, and 95 of 100 than %j', async (lengths, median, p95) => {
  const { total } = await statisticsOf(lengths.map((length) => took(length)));
  expect([total.medianMs, total.p95Ms]).toEqual([median, p95]);
});

test('how long failures took says nothing, nor does a clock that was set back', async () => {
  const { total } = await statisticsOf([took(5), took(99, { state: 'failed' }), took(-500)]);
  expect([total.medianMs, total.p95Ms]).toEqual([5, 5]);
});

test('the total is the sum of the jobs, in whatever order they come', async () => {
  const any = fc.array(
    fc.record({
      job: fc.constantFrom('a', 'b', 'c'),
      state: fc.constantFrom('succeeded', 'warning', 'failed', 'skipped', 'running'),
      ms: fc.nat(1000),
    }),
  );
  await fc.assert(
    fc.asyncProperty(any, async (items) => {
      const runs = items.map(({ job, state, ms }) => run(job, { state, startedAt: 0, finishedAt: ms, stats }));
      const { jobs, total } = await statisticsOf(runs);
      const sum = (of: (one: (typeof jobs)[number]) => number): number => jobs.reduce((all, one) => all + of(one), 0);
      expect(total.runs).toBe(sum(({ runs: count }) => count));
      expect(total.bytesAdded).toBe(sum(({ bytesAdded }) => bytesAdded));
      expect(total.medianMs ?? 0).toBeLessThanOrEqual(total.p95Ms ?? 0);
      expect(await statisticsOf(runs.toReversed())).toEqual({ jobs, total });
    }),
  );
});

async function listed<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

test('a history is read in pages, and no further than it is wanted', async () => {
  const all = Array.from({ length: 2500 }, (_, place) => run('documents', { id: `r-${place}`, queuedAt: -place }));
  const asked: number[] = [];
  const store = {
    runs: ({ after, limit = 0 }: RunQuery) => {
      asked.push(limit);
      const start = after === undefined ? 0 : all.findIndex(({ id }) => id === after.id) + 1;
      return Promise.resolve(all.slice(start, start + limit));
    },
  };
  expect(await listed(runsIn(store, {}))).toEqual(all);
  expect(await listed(runsIn(store, { limit: 1200 }))).toEqual(all.slice(0, 1200));
  expect(asked).toEqual([1000, 1000, 1000, 1000, 200]);
});
