import { expect, test } from 'vitest';
import type { JobDefinition, Schedule } from '@umbracore/contracts';
import { aCalendar, aChain, aJob } from '@umbracore/testkit';
import { intervalAround, rhythmOf, staleAfter } from './staleness.ts';

const hour = 3_600_000;
const day = 24 * hour;
/** A Monday at midnight. */
const monday = Date.UTC(2026, 0, 5);

/** Slots by the text of the schedule: `every N` hours from the beginning of time, `weekdays` at 02:00 UTC, else none. */
const slotsNear = ({ text }: Schedule, at: number): number[] => {
  const days = Array.from({ length: 12 }, (_, index) => (Math.floor(at / day) + index - 6) * day);
  if (text === 'weekdays')
    return days.filter((date) => ![0, 6].includes(new Date(date).getUTCDay())).map((date) => date + 2 * hour);
  const every = Number(text.replace('every ', '')) * hour;
  return Number.isNaN(every) ? [] : [-1, 0, 1, 2].map((index) => (Math.floor(at / every) + index) * every);
};
const slot = (at: number | undefined) => (at === undefined ? undefined : ({ at, fold: 0, key: String(at) } as const));
const calendar = aCalendar({
  next: (schedule, after) => slot(slotsNear(schedule, after).find((at) => at > after)),
  previous: (schedule, at) => slot(slotsNear(schedule, at).findLast((each) => each <= at)),
});

const schedule = (text: string): Schedule => ({ recurrence: { type: 'manual' }, zone: 'UTC', text });
const rhythm = (...texts: string[]) => ({ schedules: texts.map(schedule), atLeastEveryMs: undefined });

test.each<[string, readonly string[], number, number | undefined]>([
  ['no schedule', [], monday, undefined],
  ['one that never comes', ['manual'], monday, undefined],
  ['every day', ['every 24'], monday + 5 * hour, 24],
  ['weekdays, on a Thursday', ['weekdays'], monday + 3 * day + 3 * hour, 24],
  ['weekdays, on a Friday', ['weekdays'], monday + 4 * day + 3 * hour, 72],
  ['weekdays and every second day, on a Friday', ['weekdays', 'every 48'], monday + 4 * day + 3 * hour, 46],
])('the interval of %s', (_what, texts, at, hours) => {
  expect(intervalAround(rhythm(...texts), calendar, at)).toBe(hours === undefined ? undefined : hours * hour);
});

test('atLeastEvery is an interval as well', () => {
  expect(intervalAround({ schedules: [], atLeastEveryMs: 5 * hour }, calendar, monday)).toBe(5 * hour);
  expect(intervalAround({ schedules: [schedule('every 24')], atLeastEveryMs: 5 * hour }, calendar, monday)).toBe(
    5 * hour,
  );
  expect(intervalAround({ schedules: [schedule('every 2')], atLeastEveryMs: 5 * hour }, calendar, monday)).toBe(
    2 * hour,
  );
});

test.each<[string, Partial<JobDefinition>, readonly string[], number | undefined]>([
  ['says so itself', { staleAfterMs: 3 * hour }, ['every 24'], 3],
  ['runs every day', {}, ['every 24'], 36],
  ['runs every hour', {}, ['every 1'], 24],
  ['runs by hand', {}, [], undefined],
])('a job that %s', (_what, job, texts, hours) => {
  const allowed = staleAfter({ ...aJob(), ...job } as JobDefinition, rhythm(...texts), calendar, monday);
  expect(allowed).toBe(hours === undefined ? undefined : hours * hour);
});

const after = (job: string) => [{ job, on: 'success', withinMs: undefined }] as const;
const jobs = (...all: JobDefinition[]) => new Map(all.map((job) => [job.id, job]));

test('a job also follows its chains and the jobs that it comes after, through any number of them', () => {
  const second = aJob({ id: 'second', after: after('first') });
  const third = aJob({ id: 'third', after: after('second'), schedules: [schedule('weekdays')] });
  const all = jobs(aJob({ id: 'first' }), second, third, aChain(['first'], {}, { schedules: [schedule('every 24')] }));
  expect(rhythmOf(third, all).schedules.map(({ text }) => text)).toEqual(['weekdays', 'every 24']);
});

test('what is disabled passes nothing on, and a circle ends', () => {
  const chain = { ...aChain(['first'], {}, { schedules: [schedule('every 24')] }), enabled: false };
  const first = aJob({ id: 'first', after: after('second') });
  const second = aJob({ id: 'second', after: after('first'), schedules: [schedule('weekdays')] });
  expect(rhythmOf(first, jobs(first, second, chain)).schedules.map(({ text }) => text)).toEqual(['weekdays']);
});
