import type { Schedule } from '@umbracore/contracts';
import { aCalendar, aJob } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { nextStartOf } from './next-start.ts';

const daily: Schedule = {
  recurrence: { type: 'daily', at: { hour: 2, minute: 0 } },
  zone: 'UTC',
  text: 'daily at 02:00',
};
const manual: Schedule = { recurrence: { type: 'manual' }, zone: 'UTC', text: 'manual' };

test('the next start is the first one of all schedules, moved as windows and jitter want it', () => {
  const calendar = aCalendar({
    next: (schedule, after) => (schedule === daily ? { at: after + 10, fold: 0, key: '' } : undefined),
    startOf: (_schedule, { at }, job) => at + job.length,
  });
  expect(nextStartOf(aJob({ id: 'abc', schedules: [manual, daily] }), calendar, 100)).toBe(113);
  expect(nextStartOf(aJob({ schedules: [manual] }), calendar, 100)).toBeUndefined();
  expect(nextStartOf(aJob({ schedules: [daily], enabled: false }), calendar, 100)).toBeUndefined();
  expect(nextStartOf(aJob({ schedules: [daily] }), { ...calendar, startOf: () => undefined }, 100)).toBeUndefined();
});
