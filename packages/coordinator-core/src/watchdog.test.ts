import type { Clock, Progress } from '@umbracore/contracts';
import { FakeClock } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { Watchdog } from './watchdog.ts';

const at = (bytesProcessed: number): Progress => ({
  phase: 'uploading',
  percentage: undefined,
  filesProcessed: 0,
  filesTotal: undefined,
  bytesProcessed,
  bytesTotal: undefined,
  currentFiles: [],
  errorCount: 0,
});
const limits = { stallMs: 60_000, maxRuntimeMs: undefined, elapsedMs: 0 };

test('an attempt that never says a word', async () => {
  const clock = new FakeClock();
  using watchdog = new Watchdog(clock, { ...limits, stallMs: 3_600_000 });
  await clock.advance(14 * 60_000);
  expect(watchdog.signal.aborted).toBe(false);
  await clock.advance(60_000);
  const hint = expect.stringContaining('repository can be reached') as string;
  expect(watchdog.signal.reason).toMatchObject({ code: 'engine.stalled', hint });
});

test('an attempt that only repeats itself', async () => {
  const clock = new FakeClock();
  using watchdog = new Watchdog(clock, limits);
  for (let second = 0; second < 59; second += 1) {
    await clock.advance(1000);
    watchdog.saw(at(5));
  }
  expect(watchdog.signal.aborted).toBe(false);
  await clock.advance(3000);
  expect(watchdog.signal.reason).toMatchObject({ code: 'engine.stalled' });
});

test('an attempt that moves, however slowly, or waits for a lock', async () => {
  const clock = new FakeClock();
  using watchdog = new Watchdog(clock, limits);
  for (let minute = 0; minute < 10; minute += 1) {
    await clock.advance(55_000);
    if (minute % 2 === 0) watchdog.saw(at(minute));
    else watchdog.alive();
  }
  expect(watchdog.signal.aborted).toBe(false);
});

test('time in which nobody could look, for the machine or we stood still, says nothing', async () => {
  const clock = new FakeClock();
  let stoodStillMs = 0;
  const frozen: Clock = {
    now: () => clock.now(),
    monotonicMs: () => clock.monotonicMs() + stoodStillMs,
    sleep: (ms, signal) => clock.sleep(ms, signal),
    every: (ms, tick) => clock.every(ms, tick),
  };
  using watchdog = new Watchdog(frozen, limits);
  watchdog.saw(at(5));
  for (let sleep = 0; sleep < 3; sleep += 1) {
    await clock.advance(15_000);
    stoodStillMs += 3 * 24 * 3_600_000;
  }
  await clock.advance(14_000);
  expect(watchdog.signal.aborted).toBe(false);
  await clock.advance(5000);
  expect(watchdog.signal.reason).toMatchObject({ code: 'engine.stalled' });
});

test('an attempt that takes too long, with what it took before it was adopted', async () => {
  const clock = new FakeClock();
  using watchdog = new Watchdog(clock, { stallMs: 60_000, maxRuntimeMs: 20_000, elapsedMs: 15_000 });
  await clock.advance(4000);
  expect(watchdog.signal.aborted).toBe(false);
  await clock.advance(2000);
  expect(watchdog.signal.reason).toMatchObject({ code: 'run.deadline' });
});

test('stops looking when it is disposed', async () => {
  const clock = new FakeClock();
  const watchdog = new Watchdog(clock, limits);
  watchdog[Symbol.dispose]();
  await clock.advance(120_000);
  expect([watchdog.signal.aborted, clock.sleeping]).toEqual([false, 0]);
});
