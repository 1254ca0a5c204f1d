import { UmbraError } from '@umbracore/contracts';
import type { AttemptRecord, ErrorCode, RetryStrategy } from '@umbracore/contracts';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { interruptionLimit, maxAttemptsOf, nextAttempt } from './retry.ts';

const backoff: RetryStrategy = {
  type: 'exponentialBackoff',
  maxAttempts: 5,
  initialDelayMs: 1000,
  maxDelayMs: 6000,
  factor: 2,
  maxTotalMs: 100_000,
};
const errorOf = (code: ErrorCode) => new UmbraError(code, 'it failed').toRecord();
const attempt = (number: number, outcome: AttemptRecord['outcome'] = 'failed'): AttemptRecord => ({
  number,
  startedAt: 0,
  finishedAt: 1,
  outcome,
  error: null,
});
const attempts = (count: number, outcome: AttemptRecord['outcome'] = 'failed') =>
  Array.from({ length: count }, (_, index) => attempt(index + 1, outcome));
const unreachable = errorOf('repository.unreachable');

test.each<[string, RetryStrategy, ErrorCode, number, unknown]>([
  ['a transient failure', backoff, 'repository.unreachable', 1, { retry: true, at: 5500 }],
  ['the second failure waits twice as long', backoff, 'repository.locked', 2, { retry: true, at: 6000 }],
  ['up to the cap', backoff, 'engine.stalled', 4, { retry: true, at: 8000 }],
  ['all tries used', backoff, 'repository.unreachable', 5, { retry: false, reason: 'attempts' }],
  ['a final failure', backoff, 'repository.wrong-password', 1, { retry: false, reason: 'not-retryable' }],
  ['damage never loops', backoff, 'repository.damaged', 1, { retry: false, reason: 'not-retryable' }],
  ['no strategy', { type: 'none' }, 'repository.unreachable', 1, { retry: false, reason: 'no-strategy' }],
  ['a fixed delay', { type: 'fixed', maxAttempts: 2, delayMs: 70 }, 'engine.lost', 1, { retry: true, at: 5070 }],
  [
    'a fixed number',
    { type: 'fixed', maxAttempts: 2, delayMs: 70 },
    'engine.lost',
    2,
    { retry: false, reason: 'attempts' },
  ],
])('%s', (_, strategy, code, count, answer) => {
  const question = { strategy, error: errorOf(code), attempts: attempts(count), now: 5000, random: 0.5 };
  expect(nextAttempt(question)).toEqual(answer);
});

test('the total time is bounded', () => {
  const question = { strategy: backoff, error: unreachable, attempts: attempts(1), now: 99_999, random: 0.9 };
  expect(nextAttempt(question)).toEqual({ retry: false, reason: 'time' });
});

test('an interruption is made up for at once, without a strategy too, but not for ever', () => {
  const question = { strategy: { type: 'none' }, error: errorOf('run.interrupted'), now: 7, random: 0.5 } as const;
  for (let count = 1; count < interruptionLimit; count += 1) {
    expect(nextAttempt({ ...question, attempts: attempts(count, 'interrupted') })).toEqual({ retry: true, at: 7 });
  }
  const all = attempts(interruptionLimit, 'interrupted');
  expect(nextAttempt({ ...question, attempts: all })).toEqual({ retry: false, reason: 'attempts' });
});

test('interruptions use up no try of the strategy', () => {
  const mixed = [attempt(1, 'interrupted'), attempt(2, 'interrupted'), ...attempts(4)];
  expect(nextAttempt({ strategy: backoff, error: unreachable, attempts: mixed, now: 0, random: 0 }).retry).toBe(true);
});

test('full jitter: from now on, never later than the cap, and anything in between', () => {
  const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(chance, fc.integer({ min: 1, max: 4 }), (random, count) => {
      const answer = nextAttempt({ strategy: backoff, error: unreachable, attempts: attempts(count), now: 0, random });
      const ceiling = Math.min(6000, 1000 * 2 ** (count - 1));
      expect(answer).toEqual({ retry: true, at: Math.floor(random * ceiling) });
    }),
  );
});

test('the number of tries in all', () => {
  expect([backoff, { type: 'none' } as const].map(maxAttemptsOf)).toEqual([5, 1]);
});
