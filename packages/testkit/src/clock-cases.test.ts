import type { Clock } from '@umbracore/contracts';
import { expect, test } from 'vitest';
import { FakeClock, clockCases, runCases } from './index.ts';

const outcome = async (beginning: string, wrap: (clock: FakeClock) => Clock) => {
  const cases = clockCases.filter(({ name }) => name.startsWith(beginning));
  const [result] = await runCases(cases, {
    async open() {
      const fake = new FakeClock();
      return { clock: wrap(fake), pass: (byMs) => fake.advance(byMs), async [Symbol.asyncDispose]() {} };
    },
  });
  return result?.outcome;
};

const like = (clock: Clock, overrides: Partial<Clock>): Clock => ({
  now: () => clock.now(),
  monotonicMs: () => clock.monotonicMs(),
  sleep: (delayMs, signal) => clock.sleep(delayMs, signal),
  every: (periodMs, tick) => clock.every(periodMs, tick),
  ...overrides,
});

test.each(clockCases)('the fake clock: $name', async ({ name }) => {
  expect(await outcome(name, (clock) => clock)).toBe('passed');
});

const faults: readonly (readonly [string, string, (clock: FakeClock) => Clock])[] = [
  ['goes back', 'both clocks go on', (clock) => like(clock, { monotonicMs: () => -clock.monotonicMs() })],
  ['stands still', 'both clocks go on', (clock) => like(clock, { now: () => 0 })],
  ['counts fractions', 'the wall clock gives whole', (clock) => like(clock, { now: () => clock.now() + 0.5 })],
  ['never sleeps', 'a sleep ends', (clock) => like(clock, { sleep: async () => {} })],
  ['sleeps the same always', 'the shorter of two', (clock) => like(clock, { sleep: () => clock.sleep(30) })],
  ['ignores signals', 'an aborted sleep', (clock) => like(clock, { sleep: async () => {} })],
  [
    'has its own reason',
    'an aborted sleep',
    (clock) =>
      like(clock, {
        sleep: (_, signal) =>
          new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new Error('own')))),
      }),
  ],
  [
    'ticks at once',
    'a tick comes',
    (clock) => like(clock, { every: (periodMs, tick) => (tick(), clock.every(periodMs, tick)) }),
  ],
  [
    'ticks for ever',
    'a tick comes',
    (clock) => like(clock, { every: (periodMs, tick) => (clock.every(periodMs, tick), { [Symbol.dispose]() {} }) }),
  ],
];

test.each(faults)('a clock that %s fails: %s …', async (_, beginning, wrap) => {
  expect(await outcome(beginning, wrap)).toBe('failed');
});

test('every case can fail', () => {
  const safe = clockCases.filter(({ name }) => !faults.some(([, beginning]) => name.startsWith(beginning)));
  expect(safe).toEqual([]);
});

test('sleepers wake at their own moment, also those that fall asleep on the way', async () => {
  const clock = new FakeClock(0);
  const woken: number[] = [];
  const nap = async (...lengths: number[]) => {
    for (const length of lengths) {
      await clock.sleep(length);
      woken.push(clock.now());
    }
  };
  const naps = [nap(10, 10, 10), nap(15)];
  await clock.advance(30);
  await Promise.all(naps);
  expect(woken).toEqual([10, 15, 20, 30]);
  expect(clock.now()).toBe(30);
});

test('a person who sets the wall clock wakes nobody', async () => {
  const clock = new FakeClock(1000);
  const slept = clock.sleep(50);
  await clock.whenSleeping();
  clock.setWall(1_000_000);
  expect([clock.now(), clock.monotonicMs(), clock.sleeping, clock.nextDueMs]).toEqual([1_000_000, 0, 1, 50]);
  await clock.advance(50);
  await slept;
  expect(clock.now()).toBe(1_000_050);
});
