import { expect, test } from 'vitest';
import type { JobDefinition } from '@umbracore/contracts';
import { aChain, aForgetJob, aJob } from '@umbracore/testkit';
import { daily, every, intervalCalendar } from '../../test/interval-calendar.ts';
import { capacitiesOf } from '../dispatch/resources.ts';
import { reportOn, type SimulationReport } from './report.ts';
import { simulate } from './simulate.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const midnight = Date.UTC(2026, 0, 5);

/** One day, in which every run takes ten minutes, but for the job `long`. */
function report(all: readonly JobDefinition[], room = 1, long = 10): SimulationReport {
  const jobs = new Map(all.map((job) => [job.id, job]));
  const capacities = capacitiesOf(new Map([['repository:main', room]]), 4);
  const courseOf = ({ id }: JobDefinition) =>
    ({ lengthMs: (id === 'long' ? long : 10) * minute, outcome: 'succeeded' }) as const;
  const range = { from: midnight - 1, until: midnight + day - 1 };
  const simulation = simulate({ jobs, calendar: intervalCalendar, host: 'here', capacities, ...range, courseOf });
  return reportOn(simulation, { jobs, capacities, hourOf: (instant) => new Date(instant).getUTCHours() });
}

const backup = (id: string, everyMs: number) => aJob({ id, schedules: [every(everyMs)] });

test('work and waiting by job', () => {
  const { jobs, waits, peak } = report([backup('a', 12 * hour), backup('b', day)]);
  expect(jobs).toEqual([
    { job: 'a', runs: 2, workMs: 20 * minute, waitedMs: 0, longestWaitMs: 0 },
    { job: 'b', runs: 1, workMs: 10 * minute, waitedMs: 10 * minute, longestWaitMs: 10 * minute },
  ]);
  expect(waits.map(({ job, held }) => [job, held?.by])).toEqual([['b', ['s-1']]]);
  expect(peak).toBe(1);
});

test('load of what is shared: shares of the whole time, and the most at once', () => {
  const { resources, peak } = report([backup('a', 12 * hour), backup('b', 12 * hour)], 3);
  expect(peak).toBe(2);
  expect(resources).toEqual([
    { resource: 'daemon', capacity: 4, unitMs: 40 * minute, share: expect.closeTo(40 / (24 * 60 * 4), 6), peak: 2 },
    {
      resource: 'repository:main',
      capacity: 3,
      unitMs: 40 * minute,
      share: expect.closeTo(40 / (24 * 60 * 3), 6),
      peak: 2,
    },
  ]);
  const [, whole] = report([aForgetJob({ schedules: [every(day)] })], 3).resources;
  expect([whole?.unitMs, whole?.peak]).toEqual([30 * minute, 3]);
});

test('the hours of the day, a run over a full hour in both', () => {
  const late = aJob({ id: 'late', schedules: [every(day, { jitterMs: 55 * minute })] });
  expect(report([backup('a', 12 * hour), late]).byHourMs.map((ms) => ms / minute)).toEqual([
    15,
    5,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    10,
    ...Array.from({ length: 11 }, () => 0),
  ]);
});

test('what nobody would start, counted by reason', () => {
  const windows = [daily(1, 6)];
  const { lost } = report([aJob({ id: 'a', schedules: [every(4 * hour, { windows })] })]);
  expect(lost).toMatchObject([{ job: 'a', outcome: 'missed', code: 'window', count: 5 }]);
});

test('a stretch of work against what it needs at least', () => {
  const [longest, ...more] = report([backup('a', 12 * hour), backup('b', 12 * hour), backup('c', day)]).bursts;
  expect(longest).toEqual({
    from: midnight,
    to: midnight + 30 * minute,
    runs: 3,
    leastMs: 30 * minute,
    bound: 'repository:main',
  });
  expect(more).toMatchObject([{ runs: 2, leastMs: 20 * minute }]);
});

test('a chain is no work of its own: its longest path is what it needs', () => {
  const chain = aChain(['a -> b', 'a -> c', 'c -> d'], {}, { schedules: [every(day)] });
  const steps = ['a', 'b', 'c', 'd'].map((id) => aJob({ id, repositories: [id] }));
  const { bursts, peak, jobs } = report([chain, ...steps]);
  expect(bursts).toEqual([
    { from: midnight, to: midnight + 30 * minute, runs: 4, leastMs: 30 * minute, bound: 'longest' },
  ]);
  expect(peak).toBe(2);
  expect(jobs[0]).toMatchObject({ job: 'nightly', runs: 1, workMs: 30 * minute });
});

test('what a chain had to wait for is not taken for its length', () => {
  const chain = aChain(['a -> b'], {}, { schedules: [every(day)] });
  const steps = [aJob({ id: 'a' }), aJob({ id: 'b', repositories: ['other'] })];
  const [longest] = report([backup('long', day), chain, ...steps], 1, 60).bursts;
  expect(longest).toMatchObject({ to: midnight + 80 * minute, leastMs: 70 * minute, bound: 'repository:main' });
});

test('nothing at all', () => {
  expect(report([])).toMatchObject({ jobs: [], resources: [], lost: [], waits: [], peak: 0, bursts: [] });
});
