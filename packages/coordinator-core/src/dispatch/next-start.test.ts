import { aJob, aPlan, aRun } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { daily, every, intervalCalendar } from '../../test/interval-calendar.ts';
import { nextStart } from './next-start.ts';

const minute = 60_000;
const hour = 60 * minute;
const noon = Date.UTC(2026, 0, 5, 12);
const schedule = every(hour, { jitterMs: minute });
const job = aJob({ schedules: [schedule, every(1000 * hour)] });
const queued = aRun({
  id: 'r-1',
  plan: aPlan({ job }),
  slot: intervalCalendar.previous(schedule, noon)?.key ?? '',
  slotAt: noon,
  queuedAt: noon,
});

const next = (cursor: number | undefined, now: number, change = {}, waiting = [] as (typeof queued)[]) =>
  nextStart({ ...job, ...change }, { cursor, waiting, calendar: intervalCalendar, host: 'here' }, now);

test.each([
  [
    'nobody has accounted for it yet: nothing is owed',
    undefined,
    noon + 2,
    {},
    { at: noon + hour + minute, isDue: false },
  ],
  ['the next slot', noon, noon + 2, {}, { at: noon + hour + minute, isDue: false }],
  ['one that is owed', noon, noon + hour + 5 * minute, {}, { at: noon + hour + minute, isDue: true }],
  ['one that is owed, and jitter holds it', noon, noon + hour + 2, {}, { at: noon + hour + minute, isDue: false }],
  ['disabled', noon, noon + 2, { enabled: false }, undefined],
  ['by hand', noon, noon + 2, { schedules: [] }, undefined],
  [
    'a window',
    noon,
    noon + 2,
    { schedules: [every(hour, { windows: [daily(20, 21)] })] },
    { at: noon + 8 * hour, isDue: false },
  ],
])('%s', (_, cursor, now, change, start) => {
  const found = next(cursor, now, change);
  expect(found && { at: found.at, isDue: found.isDue }).toEqual(start);
});

test('a run that waits comes before every slot', () => {
  expect(next(noon, noon + 2, {}, [queued])).toEqual({ at: noon + minute, isDue: false, run: 'r-1' });
  expect(next(noon, noon + minute, { enabled: false }, [queued])).toEqual({
    at: noon + minute,
    isDue: true,
    run: 'r-1',
  });
  const retrying = aRun({ ...queued, state: 'retrying', retryAt: noon + 2 });
  expect(next(noon, noon + 5, {}, [retrying])).toMatchObject({ isDue: true });
});
