import { describe, expect, test } from 'vitest';
import type { Configuration, RunOutcome } from '@umbracore/contracts';
import { emptyConfiguration } from '@umbracore/config';
import { calendar } from '@umbracore/scheduler';
import { memoryStateStore } from '@umbracore/state-store';
import { aJob, aNewRun, aPlan } from '@umbracore/testkit';
import { forecast } from './forecast.ts';
import { courseFrom, runLengthsOf } from './run-lengths.ts';

const minute = 60_000;
const midnight = Date.UTC(2026, 0, 5);
const documents = aJob({ schedules: [calendar.parse('daily at 02:00', 'UTC')] });
const photos = aJob({ id: 'photos', schedules: [calendar.parse('daily at 02:00', 'UTC')] });

async function storeWith(...runs: readonly (readonly [number, RunOutcome, dryRun?: boolean])[]) {
  const store = memoryStateStore();
  const owner = { pid: 1, startTime: '1', bootId: 'b', host: 'h' };
  for (const [index, [minutes, state, dryRun = false]] of runs.entries()) {
    const at = midnight - (100 - index) * 3_600_000;
    const plan = aPlan({ job: documents, options: { dryRun } });
    const run = aNewRun({ id: `r-${String(index).padStart(16, '0')}`, queuedAt: at, plan });
    const { claim } = await store.begin(run, { owner, now: at, ttlMs: minute });
    if (!claim.granted) throw new Error('not granted');
    const change = { state, startedAt: at, finishedAt: at + minutes * minute };
    await store.update(claim.lease, claim.run.revision, { state: 'running' });
    await store.update(claim.lease, claim.run.revision + 1, change);
  }
  return store;
}

describe('how long runs take', () => {
  test('the median of the good ones; dry runs say nothing', async () => {
    const store = await storeWith(
      [5, 'succeeded'],
      [50, 'warning'],
      [7, 'succeeded'],
      [1, 'failed'],
      [1, 'succeeded', true],
    );
    expect(await runLengthsOf(store, documents, 'main')).toMatchObject({
      typicalMs: 7 * minute,
      known: 3,
      failing: 0.25,
      lengthsMs: [5, 7, 50].map((minutes) => minutes * minute),
    });
  });

  test('a guess where nothing is known', async () => {
    const lengths = await runLengthsOf(await storeWith(), documents, 'main');
    expect(lengths).toMatchObject({ typicalMs: 10 * minute, known: 0, failing: 0 });
    expect(courseFrom(lengths, () => 0.5)).toEqual({ lengthMs: 10 * minute, outcome: 'succeeded' });
  });

  test('by chance: one that was, failing as often as they did', async () => {
    const lengths = await runLengthsOf(
      await storeWith([5, 'succeeded'], [50, 'succeeded'], [1, 'failed']),
      documents,
      'main',
    );
    const drawn = [0.9, 0.2];
    expect(courseFrom(lengths, () => drawn.shift() ?? 0)).toEqual({ lengthMs: 50 * minute, outcome: 'failed' });
  });
});

const configuration: Configuration = {
  ...emptyConfiguration('UTC'),
  jobs: new Map([documents, photos].map((job) => [job.id, job])),
};
const question = { from: midnight, until: midnight + 24 * 3_600_000 };

test('a day with a known and an unknown job, which wait for each other', async () => {
  const store = await storeWith([30, 'succeeded']);
  const { simulation, report, lengths } = await forecast({ store, configuration, calendar }, question);
  expect(simulation.runs.map(({ job, startedAt, finishedAt }) => [job, startedAt, finishedAt])).toEqual([
    ['documents', midnight + 120 * minute, midnight + 150 * minute],
    ['photos', midnight + 150 * minute, midnight + 160 * minute],
  ]);
  expect(lengths.map(({ job, known }) => [job, known])).toEqual([
    ['documents', 1],
    ['photos', 0],
  ]);
  expect(report.waits.map(({ job }) => job)).toEqual(['photos']);
});

test('the same seed gives the same future, another one another', async () => {
  const store = await storeWith([5, 'succeeded'], [10, 'succeeded'], [50, 'succeeded'], [30, 'failed']);
  const ends = async (seed: number) =>
    (
      await forecast({ store, configuration, calendar }, { ...question, until: midnight + 30 * 24 * 3_600_000, seed })
    ).simulation.runs.map(({ finishedAt, outcome }) => [finishedAt, outcome]);
  expect(await ends(1)).toEqual(await ends(1));
  expect(await ends(1)).not.toEqual(await ends(2));
});
