import type { LockRecord } from '@umbracore/contracts';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isRemovable, judgeLock, staleAfterMs, toleranceMs, type LockFacts } from './lock-verdict.ts';

const now = Date.UTC(2026, 0, 5, 12);
const minute = 60_000;

const aLock = (overrides: Partial<LockRecord> = {}): LockRecord => ({
  id: 'l1',
  createdAt: now - 5 * minute,
  exclusive: true,
  host: 'here',
  user: 'root',
  pid: 42,
  ...overrides,
});

const facts = (overrides: Partial<LockFacts> = {}): LockFacts => ({
  now,
  host: 'here',
  pids: '1',
  process: undefined,
  wasOurs: false,
  ...overrides,
});

const running = (startedAt: number | undefined) => ({ process: { startedAt } });
const elsewhere = { host: 'there' };

test.each<[string, Partial<LockRecord>, Partial<LockFacts>, string]>([
  ['no process with its pid', {}, {}, 'dead'],
  ['no process with its pid, an engine of ours', {}, { wasOurs: true }, 'dead'],
  ['no process with its pid, very old', { createdAt: 0 }, {}, 'dead'],
  ['no process with its pid, a run in another container', {}, { othersAtWork: true }, 'unknown'],
  ['an engine of ours had its pid, a run in another container', {}, { wasOurs: true, othersAtWork: true }, 'unknown'],
  ['a later process, a run in another container', {}, { ...running(now), othersAtWork: true }, 'unknown'],
  ['a living process, a run in another container', {}, { ...running(0), othersAtWork: true }, 'alive'],
  ['another numbering that has ended, a run elsewhere', { pids: '2' }, { wasOurs: true, othersAtWork: true }, 'dead'],
  ['no process of this numbering, a run elsewhere', { pids: '1' }, { othersAtWork: true }, 'dead'],
  ['a process older than the lock', {}, running(now - 6 * minute), 'alive'],
  ['a process older than the lock, an engine of ours had the pid', {}, { ...running(0), wasOurs: true }, 'alive'],
  ['a process older than the lock, lock not renewed for days', { createdAt: now - 1e9 }, running(now - 2e9), 'alive'],
  ['a process started with the lock', {}, running(now - 5 * minute), 'alive'],
  ['a process started within the tolerance', {}, running(now - 5 * minute + toleranceMs), 'alive'],
  ['a process started later', {}, running(now - 5 * minute + toleranceMs + 1), 'dead'],
  ['no process with its pid, of the same numbering', { pids: '1' }, {}, 'dead'],
  ['another container, where no process has the pid here', { pids: '2' }, {}, 'unknown'],
  ['another container, where a process here was started later', { pids: '2' }, running(now), 'unknown'],
  ['another container, for years', { pids: '2', createdAt: 0, renewed: false }, {}, 'unknown'],
  ['another container of another host', { ...elsewhere, pids: '1', renewed: false }, {}, 'unknown'],
  ['the container that an engine of ours was in before', { pids: '2' }, { ...running(0), wasOurs: true }, 'dead'],
  ['a process of unknown start', {}, running(undefined), 'unknown'],
  ['a process of unknown start, an engine of ours', {}, { ...running(undefined), wasOurs: true }, 'unknown'],
  ['another host, young', elsewhere, {}, 'unknown'],
  ['another host, at the limit', { ...elsewhere, createdAt: now - staleAfterMs }, {}, 'unknown'],
  ['another host, beyond the limit', { ...elsewhere, createdAt: now - staleAfterMs - 1 }, {}, 'stale'],
  ['another host, never renewed, for years', { ...elsewhere, createdAt: 0, renewed: false }, {}, 'unknown'],
  ['no process with its pid, never renewed', { renewed: false }, {}, 'dead'],
  ['another host, a process here has the pid', { ...elsewhere, createdAt: 0 }, running(0), 'stale'],
  ['dated in the future', { createdAt: now + toleranceMs + 1 }, {}, 'unknown'],
  ['dated in the future, an engine of ours', { createdAt: now + 1e9 }, { wasOurs: true }, 'dead'],
  [
    'dated in the future, a process has the pid now',
    { createdAt: now + 1e9 },
    { ...running(0), wasOurs: true },
    'unknown',
  ],
  [
    'dated in the future, another host with such a pid',
    { ...elsewhere, createdAt: now + 1e9 },
    { wasOurs: true },
    'unknown',
  ],
  ['dated in the future, another host', { ...elsewhere, createdAt: now + toleranceMs + 1 }, {}, 'unknown'],
  ['a little in the future, for clocks differ', { createdAt: now + toleranceMs }, {}, 'dead'],
])('%s', (_name, lock, known, verdict) => {
  const judged = judgeLock(aLock(lock), facts(known));
  expect(judged.verdict).toBe(verdict);
  expect(judged.reason).not.toBe('');
});

const anyLock = fc.record({
  id: fc.string(),
  createdAt: fc.integer({ min: now - 3 * staleAfterMs, max: now + 3 * staleAfterMs }),
  exclusive: fc.boolean(),
  host: fc.constantFrom('here', 'there'),
  user: fc.string(),
  pid: fc.nat(),
});
const anyFacts = fc.record({
  now: fc.integer({ min: now - staleAfterMs, max: now + staleAfterMs }),
  host: fc.constant('here'),
  process: fc.option(
    fc.record({ startedAt: fc.option(fc.integer({ min: 0, max: now + staleAfterMs }), { nil: undefined }) }),
    { nil: undefined },
  ),
  wasOurs: fc.boolean(),
});

test('the lock of a process that runs here and may have made it is never removed', () => {
  fc.assert(
    fc.property(anyLock, anyFacts, (lock, known) => {
      const mayBeItsMaker = known.process !== undefined && (known.process.startedAt ?? 0) <= lock.createdAt;
      fc.pre(lock.host === known.host && mayBeItsMaker);
      expect(isRemovable(judgeLock(lock, known))).toBe(false);
    }),
    { numRuns: 2000 },
  );
});

test('a young lock of another host is never removed, whatever runs here', () => {
  fc.assert(
    fc.property(anyLock, anyFacts, (lock, known) => {
      fc.pre(lock.host !== known.host && known.now - lock.createdAt <= staleAfterMs);
      expect(isRemovable(judgeLock(lock, known))).toBe(false);
    }),
    { numRuns: 2000 },
  );
});

test('an older lock is never judged more carefully than a younger one, all else being equal', () => {
  fc.assert(
    fc.property(anyLock, anyFacts, fc.nat(staleAfterMs), (lock, known, olderMs) => {
      const younger = isRemovable(judgeLock(lock, known));
      const older = isRemovable(judgeLock({ ...lock, createdAt: lock.createdAt - olderMs }, known));
      expect(younger && !older).toBe(false);
    }),
    { numRuns: 2000 },
  );
});
