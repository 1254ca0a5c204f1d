import { aJob, aPlan, aRun, FakeClock, FakeProcessTable } from '@umbracore/testkit';
import { describe, expect, test } from 'vitest';
import { daily, every, intervalCalendar } from '../../test/interval-calendar.ts';
import { ClockWatch, jumpBetween } from './clock-watch.ts';
import { retryDueAt } from './retry-due.ts';
import { Settling } from './settling.ts';
import { slotOfRun } from './slot-of-run.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const noon = Date.UTC(2026, 0, 5, 12);

describe('a jump of the clock', () => {
  test.each([
    ['nothing', 30 * second, 30 * second, 0],
    ['a second by a time server', 31 * second, 30 * second, 0],
    ['sleep', 2 * hour, 30 * second, 2 * hour - 30 * second],
    ['set back', -hour, 10 * second, -hour - 10 * second],
  ])('%s', (_, wall, monotonicMs, byMs) => {
    expect(jumpBetween({ wall: 0, monotonicMs: 0 }, { wall, monotonicMs })).toBe(byMs);
  });

  test('is told once', async () => {
    const clock = new FakeClock();
    const watch = new ClockWatch(clock);
    await clock.advance(hour);
    expect(watch.look()).toEqual({ byMs: 0, sinceMs: hour });
    clock.setWall(clock.now() + hour);
    expect([watch.look().byMs, watch.look().byMs]).toEqual([hour, 0]);
  });
});

describe('settling', () => {
  test('counts time that passes, not what the clock shows', async () => {
    const clock = new FakeClock();
    const settling = new Settling(clock);
    expect(settling.until()).toBeUndefined();
    settling.begin(30 * second);
    clock.setWall(clock.now() + hour);
    await clock.advance(10 * second);
    expect(settling.until()).toBe(clock.now() + 20 * second);
    await clock.advance(20 * second);
    expect(settling.until()).toBeUndefined();
  });

  test.each([
    ['a moment ago', 10 * second, 20 * second],
    ['long ago', hour, undefined],
    ['in the future, says a wrong clock', -hour, undefined],
  ])('after the machine was switched on %s', (_, ago, left) => {
    const clock = new FakeClock();
    const processes = new FakeProcessTable();
    processes.start(1, clock.now() - ago);
    const settling = new Settling(clock);
    settling.beginAfterBoot(30 * second, processes);
    expect(settling.until()).toBe(left === undefined ? undefined : clock.now() + left);
  });
});

describe('when a retry is due', () => {
  const fixed = { type: 'fixed', maxAttempts: 3, delayMs: minute } as const;
  const backoff = { type: 'exponentialBackoff', maxAttempts: 3, factor: 2, maxTotalMs: hour } as const;
  test.each([
    ['when it was planned', fixed, noon + minute, noon + minute],
    ['in the past', fixed, noon - minute, noon - minute],
    ['never that late: the clock was set back', fixed, noon + minute + 1, noon],
    ['at once after an interruption', { type: 'none' } as const, noon + hour, noon],
    ['by the longest delay', { ...backoff, initialDelayMs: second, maxDelayMs: minute }, noon + minute, noon + minute],
  ])('%s', (_, retry, retryAt, due) => {
    expect(retryDueAt(aRun({ retryAt, plan: aPlan({ job: aJob({ retry }) }) }), noon)).toBe(due);
  });
});

describe('what its schedule says of a queued run', () => {
  const slot = (schedules: Parameters<typeof every>[1], change = '') => {
    const schedule = every(hour, schedules);
    const key = `${intervalCalendar.previous(schedule, noon)?.key}${change}`;
    const plan = aPlan({ job: aJob({ schedules: [every(2 * hour), schedule] }) });
    return slotOfRun(aRun({ plan, slot: key, slotAt: noon }), intervalCalendar, 'here');
  };

  test('jitter and windows hold it', () => {
    expect(slot({ jitterMs: minute }).startAt).toBe(noon + minute);
    expect(slot({ windows: [daily(15, 18)] })).toMatchObject({ startAt: noon + 3 * hour });
    expect(slot({ windows: [daily(15, 18)] }).opening(noon)).toEqual({ from: noon + 3 * hour, to: noon + 6 * hour });
    expect(slot({}).opening(noon)).toBeUndefined();
    expect(slot({ blackouts: [daily(0, 12), daily(12, 0)] }).opening(noon)).toBeNull();
  });

  test('also when its time has come once more', () => {
    expect(slot({ jitterMs: minute }, '~2').startAt).toBe(noon + minute);
  });

  test('its catch-up rule lets it lapse, but not before it could be started', () => {
    const within = (withinMs: number) => slot({ catchUp: { policy: 'run-once', atMost: 1, withinMs } }).lapsesAt;
    expect(slot({}).lapsesAt).toBeUndefined();
    expect(within(hour)).toBe(noon + hour);
    expect(within(second)).toBe(noon + minute);
  });

  test('what is due by no schedule may start at any time', () => {
    const run = aRun({ plan: aPlan({ job: aJob({ schedules: [every(hour)] }) }), slot: 'after/r-1', slotAt: noon + 5 });
    const { startAt, lapsesAt, opening } = slotOfRun(run, intervalCalendar, 'here');
    expect([startAt, lapsesAt, opening(noon)]).toEqual([noon + 5, undefined, undefined]);
  });
});
