import { array, assert, constantFrom, integer, property, record } from 'fast-check';
import { expect, test } from 'vitest';
import type { JobDefinition, RunOutcome } from '@umbracore/contracts';
import { aForgetJob, aJob } from '@umbracore/testkit';
import { daily, every, intervalCalendar } from '../../test/interval-calendar.ts';
import { play } from '../../test/simulated.ts';
import { resourcesOf, type Capacities } from '../dispatch/resources.ts';
import { reportOn } from './report.ts';
import type { SimulatedRun } from './simulated-run.ts';

const minute = 60_000;

const anyJobs = array(
  record({
    everyMs: integer({ min: 1, max: 12 }).map((count) => count * 30 * minute),
    repository: constantFrom('main', 'other'),
    overlap: constantFrom('queue', 'skip', 'cancel' as const),
    minutes: integer({ min: 1, max: 90 }),
    jitterMs: constantFrom(0, 7 * minute),
    window: constantFrom(undefined, [1, 6] as const, [22, 3] as const),
    kind: constantFrom('backup', 'forget'),
  }),
  { minLength: 1, maxLength: 6 },
).map((shapes) => ({
  courses: Object.fromEntries(shapes.map(({ minutes }, index) => [`j${index}`, minutes])),
  jobs: shapes.map(({ everyMs, repository, overlap, jitterMs, window, kind }, index) => {
    const windows = window === undefined ? [] : [daily(window[0], window[1])];
    const shape = {
      id: `j${index}`,
      overlap,
      repositories: [repository],
      schedules: [every(everyMs, { jitterMs, windows })],
    };
    return kind === 'backup' ? aJob(shape) : aForgetJob(shape);
  }),
}));

const ended: readonly (RunOutcome | null)[] = ['succeeded', 'cancelled', 'skipped', 'missed'];

test('every slot has one record, nothing starts too early or where there is no room, and everything ends', () => {
  assert(
    property(
      anyJobs,
      integer({ min: 1, max: 3 }),
      integer({ min: 1, max: 2 }),
      ({ jobs, courses }, concurrency, room) => {
        const setting = { concurrency, room: { 'repository:main': room }, courses };
        const { runs, capacities, from, until } = play(jobs, setting);
        expect(runs.every(({ outcome }) => ended.includes(outcome))).toBe(true);
        for (const job of jobs) {
          const own = runs.filter((run) => run.job === job.id);
          const slots = job.schedules.flatMap(
            (schedule) => intervalCalendar.between(schedule, from, until, 1000).slots,
          );
          const stoodFor = own.reduce((sum, { because }) => sum + 1 + (because?.alsoStandsFor?.count ?? 0), 0);
          expect([new Set(own.map(({ slotAt }) => slotAt)).size, stoodFor]).toEqual([own.length, slots.length]);
        }
        for (const run of runs) {
          expect((run.startedAt ?? Infinity) >= run.readyAt && run.readyAt >= run.slotAt).toBe(true);
          expect(usesAt(runs, jobs, run.startedAt, capacities)).toEqual([]);
        }
      },
    ),
  );
});

test('the same input gives the same runs, and no stretch is shorter than its bound', () => {
  assert(
    property(anyJobs, integer({ min: 1, max: 3 }), ({ jobs, courses }, concurrency) => {
      const simulation = play(jobs, { concurrency, courses });
      expect(play(jobs, { concurrency, courses }).runs).toEqual(simulation.runs);
      const setting = {
        jobs: new Map(jobs.map((job) => [job.id, job])),
        capacities: simulation.capacities,
        hourOf: () => 0,
      };
      for (const burst of reportOn(simulation, setting).bursts) {
        expect(burst.to - burst.from).toBeGreaterThanOrEqual(burst.leastMs - 1);
      }
    }),
  );
});

/** What is taken beyond its capacity at this moment. */
function usesAt(
  runs: readonly SimulatedRun[],
  jobs: readonly JobDefinition[],
  at: number | null,
  capacities: Capacities,
): readonly string[] {
  const taken = new Map<string, number>();
  for (const { job, repository, startedAt, finishedAt } of runs) {
    const definition = jobs.find(({ id }) => id === job);
    const works = at !== null && startedAt !== null && startedAt <= at && (finishedAt ?? Infinity) > at;
    if (definition === undefined || !works) continue;
    for (const { resource, units } of resourcesOf(definition, repository)) {
      taken.set(resource, (taken.get(resource) ?? 0) + (units === 'all' ? capacities(resource) : units));
    }
  }
  return [...taken].flatMap(([resource, units]) => (units > capacities(resource) ? [resource] : []));
}
