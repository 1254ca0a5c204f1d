import { expect, test } from 'vitest';
import { RetryStrategy } from './retry-strategy.ts';

test('fills in what was left out', () => {
  expect(RetryStrategy.exponentialBackoff({ maxAttempts: 3 })).toEqual({
    type: 'exponentialBackoff',
    maxAttempts: 3,
    initialDelayMs: 60_000,
    maxDelayMs: 1_800_000,
    factor: 2,
    maxTotalMs: 7_200_000,
  });
});

test('takes lengths of time as text and as numbers', () => {
  const strategy = RetryStrategy.exponentialBackoff({
    maxAttempts: 2,
    initialDelay: 5,
    maxDelay: '1m',
    maxTotal: '1h',
    factor: 3,
  });
  expect(strategy).toMatchObject({ initialDelayMs: 5, maxDelayMs: 60_000, maxTotalMs: 3_600_000, factor: 3 });
  expect(RetryStrategy.fixed({ maxAttempts: 2, delay: '10s' })).toEqual({
    type: 'fixed',
    maxAttempts: 2,
    delayMs: 10_000,
  });
  expect(RetryStrategy.none()).toEqual({ type: 'none' });
});

test.each([
  () => RetryStrategy.exponentialBackoff({ maxAttempts: 0 }),
  () => RetryStrategy.exponentialBackoff({ maxAttempts: 2.5 }),
  () => RetryStrategy.exponentialBackoff({ maxAttempts: 2, factor: 0.5 }),
  () => RetryStrategy.exponentialBackoff({ maxAttempts: 2, initialDelay: 'soon' }),
  () => RetryStrategy.fixed({ maxAttempts: -1, delay: 1 }),
])('refuses %s', (wrong) => {
  expect(wrong).toThrow(expect.objectContaining({ code: 'usage.invalid' }));
});
