import type { Schedule } from '@umbracore/contracts';
import { aJob } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { catchUp, daily, every, intervalCalendar as calendar } from '../../test/interval-calendar.ts';
import { slotsAhead } from './slots-ahead.ts';

const minute = 60_000;
const hour = 60 * minute;
const midnight = Date.UTC(2026, 0, 5);
const at = (hours: number): number => midnight + hours * hour;

const nightly = (rest: Partial<Schedule> = {}): Schedule => every(24 * hour, rest);

type Facts = ReturnType<typeof slotsAhead>;

function facts(schedules: readonly Schedule[], now: number, cursor = at(-1)): Partial<Record<keyof Facts, unknown>> {
  const { due, next, ...rest } = slotsAhead(aJob({ schedules }), cursor, { now, calendar, host: 'here' });
  return { ...rest, due: due?.at, next: next?.at };
}

test.each<[string, readonly Schedule[], number, ReturnType<typeof facts>]>([
  ['no schedule', [], at(0), { due: undefined, next: undefined }],
  ['to come', [nightly()], at(-0.5), { next: at(0), nextStart: at(0) }],
  ['due', [nightly()], at(0), { due: at(0), dueStart: at(0) }],
  ['due, and held by its jitter', [nightly({ jitterMs: hour })], at(0.5), { due: at(0), dueStart: at(1) }],
  [
    'due, and held by its window',
    [nightly({ windows: [daily(6, 7)] })],
    at(0.5),
    { due: at(0), dueStart: at(6), opening: { from: at(6), to: at(7) } },
  ],
  [
    'the first start counts, not the first slot',
    [nightly({ windows: [daily(6, 7)] }), every(12 * hour, { jitterMs: 3 * hour })],
    at(-0.5),
    { next: at(0), nextStart: at(3) },
  ],
  [
    'what comes before the window of what is owed opens',
    [nightly({ windows: [daily(6, 7)] }), every(5 * hour)],
    at(0.5),
    { due: undefined, next: calendar.next(every(5 * hour), at(0.5))?.at },
  ],
  [
    'no window ever opens',
    [nightly({ windows: [daily(6, 7)], blackouts: [daily(5, 8)] })],
    at(-0.5),
    { due: undefined, next: at(0), nextStart: null },
  ],
  [
    'what its rule does not make up for is lost',
    [nightly(catchUp('skip'))],
    at(2),
    { due: undefined, next: at(24), nextStart: at(24) },
  ],
])('%s', (_, schedules, now, expected) => expect(facts(schedules, now)).toMatchObject(expected));

test('of a moment that is still to come, nothing that was due before it is owed any more', () => {
  const question = { now: at(2), calendar, host: 'here' };
  const job = aJob({ schedules: [nightly()] });
  expect(slotsAhead(job, at(-1), question).due?.at).toBe(at(0));
  expect(slotsAhead(job, at(-1), { ...question, isAhead: true })).toMatchObject({ due: undefined, nextStart: at(24) });
  expect(slotsAhead(job, at(-1), { ...question, now: at(0), isAhead: true }).due?.at).toBe(at(0));
});
