import { expect, test } from 'vitest';
import { calendar, timetables } from '../index.ts';

const from = Date.parse('2026-03-01T00:00Z');
const minute = 60_000;
const hour = 60 * minute;
const daily = (at: string) => calendar.parse(`daily at ${at}`, 'UTC');

test('jobs are due in the order of time, each once, and then again at their next slot', () => {
  const timetable = timetables.create('here');
  timetable.set('late', [daily('03:00')], from);
  timetable.set('early', [daily('02:00'), calendar.parse('hourly at :00', 'UTC')], from);
  timetable.set('by-hand', [calendar.parse('manual', 'UTC')], from);
  expect(timetable.size).toBe(3);
  expect(timetable.nextAt()).toBe(from + hour);
  expect(timetable.nextOf('early')).toBe(from + hour);
  expect(timetable.nextOf('by-hand')).toBeUndefined();
  expect(timetable.nextOf('unknown')).toBeUndefined();
  expect(timetable.take(from + hour - 1)).toEqual([]);
  expect(timetable.take(from + 3 * hour + 1)).toEqual(['early', 'late']);
  expect(timetable.nextOf('early')).toBe(from + 4 * hour);
  expect(timetable.nextOf('late')).toBe(from + 27 * hour);
  timetable.delete('early');
  timetable.delete('unknown');
  expect(timetable.size).toBe(2);
  expect(timetable.nextAt()).toBe(from + 27 * hour);
});

test('a job that is set again has its new schedules only', () => {
  const timetable = timetables.create('here');
  timetable.set('documents', [daily('02:00'), daily('05:00')], from);
  timetable.set('documents', [daily('04:00')], from);
  expect(timetable.size).toBe(1);
  expect(timetable.nextAt()).toBe(from + 4 * hour);
  timetable.set('documents', [], from);
  expect(timetable.nextAt()).toBeUndefined();
  expect(timetable.size).toBe(1);
});

test('a slot of the past is due at once', () => {
  const timetable = timetables.create('here');
  timetable.set('documents', [daily('02:00')], from - 48 * hour);
  expect(timetable.nextAt()).toBe(from - 46 * hour);
  expect(timetable.take(from)).toEqual(['documents']);
  expect(timetable.nextAt()).toBe(from + 2 * hour);
});

test('windows and jitter count, and a start that still waits for its jitter is not lost to an earlier one', () => {
  const schedule = { ...calendar.parse('hourly', 'UTC'), jitterMs: 180 * minute };
  const starts = (at: number) => calendar.startOf(schedule, { at, fold: 0, key: '' }, 'documents', 'here') ?? 0;
  const jitter = starts(from) - from;
  expect(jitter).toBeGreaterThan(hour);
  const timetable = timetables.create('here');
  timetable.set('documents', [schedule], from);
  expect(timetable.nextAt()).toBe(from + hour + jitter);
  expect(timetable.take(from + hour + jitter)).toEqual(['documents']);
  expect(timetable.nextAt()).toBe(from + 2 * hour + jitter);
  const night = { ...daily('00:30'), windows: [calendar.parsePeriod('01:00-06:00')] };
  timetable.set('documents', [night], from);
  expect(timetable.nextAt()).toBe(from + hour);
});
