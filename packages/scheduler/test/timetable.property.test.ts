import type { Instant, JobId, Schedule } from '@umbracore/contracts';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { calendar, timetables } from '../src/index.ts';
import { times } from '../../../tools/vitest/evidence.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const host = 'here';
const begin = Date.UTC(2026, 2, 27);

const schedule: fc.Arbitrary<Schedule> = fc
  .record({
    phrase: fc.constantFrom('every 6h', 'hourly at :10', 'daily at 02:30', '0 0,12 * * *', 'weekly on Sun', 'manual'),
    zone: fc.constantFrom('UTC', 'Europe/Berlin', 'Australia/Lord_Howe'),
    windows: fc.subarray(['01:00-06:00', 'Sat,Sun 10:00-14:00', '02:15-02:45']),
    blackouts: fc.subarray(['03:00-03:30', '2026-03-29/2026-04-02']),
    jitterMs: fc.constantFrom(0, 0, 10 * minute, 90 * minute, 3 * day),
    hasLimits: fc.boolean(),
  })
  .map(({ phrase, zone, windows, blackouts, jitterMs, hasLimits }) => ({
    ...calendar.parse(phrase, zone),
    windows: hasLimits ? windows.map((one) => calendar.parsePeriod(one)) : [],
    blackouts: hasLimits ? blackouts.map((one) => calendar.parsePeriod(one)) : [],
    jitterMs,
  }));

const job = fc.constantFrom('a', 'b', 'c', 'documents', 'photos', 'a job with a long name', '');

/** Times go on by a minute or some days, and also back. */
const move = fc.oneof(fc.integer({ min: 0, max: 90 }), fc.integer({ min: -3000, max: 6000 })).map((by) => by * minute);

type Step =
  | { readonly type: 'set'; readonly job: JobId; readonly schedules: readonly Schedule[]; readonly move: number }
  | { readonly type: 'delete'; readonly job: JobId }
  | { readonly type: 'take'; readonly move: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ type: fc.constant('set' as const), job, schedules: fc.array(schedule, { maxLength: 3 }), move }),
  fc.record({ type: fc.constant('delete' as const), job }),
  fc.record({ type: fc.constant('take' as const), move }),
  fc.record({ type: fc.constant('take' as const), move }),
);

interface ModelEntry {
  readonly schedule: Schedule;
  readonly due: { readonly slot: Instant; readonly start: Instant } | undefined;
}

/** Lists that are searched from end to end, slots that are tried one by one. */
class Model {
  readonly jobs = new Map<JobId, readonly ModelEntry[]>();

  set(job: JobId, schedules: readonly Schedule[], after: Instant): void {
    const entries = schedules.map((schedule) => ({ schedule, due: firstDue(schedule, job, after, -Infinity) }));
    this.jobs.set(job, entries);
  }

  nextOf(job: JobId): Instant | undefined {
    return earliest((this.jobs.get(job) ?? []).map(({ due }) => due?.start));
  }

  take(now: Instant): { readonly job: JobId; readonly at: Instant }[] {
    const taken: { readonly job: JobId; readonly at: Instant }[] = [];
    for (const [job, entries] of this.jobs) {
      const at = this.nextOf(job);
      if (at === undefined || at > now) continue;
      taken.push({ job, at });
      const later = entries.map(({ schedule, due }) =>
        due && due.start <= now ? { schedule, due: firstDue(schedule, job, due.slot, now) } : { schedule, due },
      );
      this.jobs.set(job, later);
    }
    return taken.toSorted((one, other) => one.at - other.at);
  }
}

/** The first slot after `after` that starts after `now`. */
function firstDue(schedule: Schedule, job: JobId, after: Instant, now: Instant): ModelEntry['due'] {
  for (let slot = calendar.next(schedule, after); slot; slot = calendar.next(schedule, slot.at)) {
    const start = calendar.startOf(schedule, slot, job, host);
    if (start !== undefined && start > now) return { slot: slot.at, start };
  }
  return undefined;
}

function earliest(instants: readonly (Instant | undefined)[]): Instant | undefined {
  return instants.filter((at) => at !== undefined).toSorted((one, other) => one - other)[0];
}

function expectTheSameTaken(taken: readonly JobId[], expected: readonly { job: JobId; at: Instant }[]): void {
  expect(taken.toSorted()).toEqual(expected.map(({ job }) => job).toSorted());
  const instants = new Map(expected.map(({ job, at }) => [job, at]));
  expect(taken.map((job) => instants.get(job))).toEqual(expected.map(({ at }) => at));
}

test('a timetable does what lists do, whatever is set, deleted and taken, with time going both ways', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const timetable = timetables.create(host);
      const model = new Model();
      const overdueAfterTaking: JobId[] = [];
      let now = begin;
      for (const one of steps) {
        if (one.type === 'delete') {
          timetable.delete(one.job);
          model.jobs.delete(one.job);
        } else if (one.type === 'set') {
          timetable.set(one.job, one.schedules, now + one.move);
          model.set(one.job, one.schedules, now + one.move);
        } else {
          now += one.move;
          expectTheSameTaken(timetable.take(now), model.take(now));
          const overdue = [...model.jobs.keys()].filter((job) => (timetable.nextOf(job) ?? Infinity) <= now);
          overdueAfterTaking.push(...overdue);
        }
        expect(timetable.size).toBe(model.jobs.size);
        for (const job of model.jobs.keys()) expect(timetable.nextOf(job)).toBe(model.nextOf(job));
        expect(timetable.nextAt()).toBe(earliest([...model.jobs.keys()].map((job) => model.nextOf(job))));
        expect(overdueAfterTaking).toEqual([]);
      }
    }),
    { numRuns: times(400) },
  );
});

test('no job is lost among many, and all are due in the order of time', () => {
  const timetable = timetables.create(host);
  const jobs = Array.from({ length: 5000 }, (_, index) => `job ${index}`);
  const phrases = Array.from({ length: 60 }, (_, index) => calendar.parse(`hourly at :${index}`, 'UTC'));
  const scheduleOf = (index: number): Schedule => {
    const schedule = phrases[index % phrases.length] ?? calendar.parse('hourly', 'UTC');
    return index % 2 === 0 ? schedule : { ...schedule, jitterMs: hour };
  };
  for (const [index, job] of jobs.entries()) timetable.set(job, [scheduleOf(index)], begin);
  for (const [index, job] of jobs.entries()) if (index % 3 === 0) timetable.delete(job);
  const kept = jobs.filter((_, index) => index % 3 !== 0);
  for (const [index, job] of kept.entries()) if (index % 5 === 0) timetable.set(job, [scheduleOf(index)], begin);
  expect(timetable.size).toBe(kept.length);
  const counts = new Map<JobId, number>();
  for (let at = timetable.nextAt() ?? 0; at <= begin + 5 * hour; at = timetable.nextAt() ?? Infinity) {
    for (const job of timetable.take(at)) counts.set(job, (counts.get(job) ?? 0) + 1);
    expect(timetable.nextAt()).toBeGreaterThan(at);
  }
  expect(counts.size).toBe(kept.length);
  for (const count of counts.values()) expect([4, 5, 6]).toContain(count);
});

test('the same jobs start at the same times in any process on the same host', () => {
  fc.assert(
    fc.property(schedule, fc.string({ maxLength: 20 }), (schedule, job) => {
      const timetable = timetables.create(host);
      timetable.set(job, [schedule], begin);
      expect(timetable.nextOf(job)).toBe(firstDue(schedule, job, begin, -Infinity)?.start);
    }),
    { numRuns: times(400) },
  );
});
