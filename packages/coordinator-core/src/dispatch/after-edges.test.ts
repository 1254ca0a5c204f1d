import type { AfterEdge, EdgeCondition, RunRecord } from '@umbracore/contracts';
import { aJob, aPlan, aRun } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { afterSlots, lapseOf, runBefore } from './after-edges.ts';

const minute = 60_000;
const since = Date.UTC(2026, 0, 5);
const now = since + 60 * minute;
const end = since + 10 * minute;

const edge = (overrides: Partial<AfterEdge> = {}): AfterEdge => ({
  job: 'documents',
  on: 'success',
  withinMs: undefined,
  ...overrides,
});
const ended = (overrides: Partial<RunRecord> = {}): RunRecord =>
  aRun({ id: 'r-1', state: 'succeeded', finishedAt: end, snapshot: 'abc', ...overrides });
const slots = (after: readonly AfterEdge[], ...runs: readonly RunRecord[]) =>
  afterSlots(aJob({ id: 'mirror', after }), runs, since, now);

test('an end is a slot of its own', () => {
  expect(slots([edge()], ended())).toEqual([{ key: 'after/r-1', at: end, trigger: 'chain', end: undefined }]);
  expect(runBefore('after/r-1')).toBe('r-1');
  expect(runBefore('chain/r-1/mirror')).toBeUndefined();
});

test.each<[EdgeCondition, Partial<RunRecord>, boolean]>([
  ['success', {}, true],
  ['success', { state: 'warning' }, false],
  ['warning', { state: 'warning' }, true],
  ['failure', { state: 'failed' }, true],
  ['failure', { state: 'cancelled' }, true],
  ['skipped', { state: 'missed' }, true],
  ['always', { state: 'skipped' }, true],
  ['changed', {}, true],
  ['changed', { snapshot: null }, false],
  ['always', { plan: aPlan({ options: { dryRun: true } }) }, false],
  ['always', { state: 'running', finishedAt: null }, false],
  ['always', { finishedAt: since }, false],
  ['always', { finishedAt: now + 1 }, false],
  ['always', { job: 'photos' }, false],
])('on: %s and %j', (on, overrides, isDue) => {
  expect(slots([edge({ on })], ended(overrides))).toHaveLength(isDue ? 1 : 0);
});

test('several edges from one job are one slot, with the longest patience', () => {
  const edges = [edge({ withinMs: 5 * minute }), edge({ on: 'always', withinMs: 20 * minute })];
  expect(slots(edges, ended())).toMatchObject([
    { key: 'after/r-1', end: { outcome: 'missed', because: { code: 'after' } } },
  ]);
  expect(slots(edges, ended({ finishedAt: now - 20 * minute }))).toMatchObject([{ end: undefined }]);
  expect([lapseOf(edges, end), lapseOf([...edges, edge()], end)]).toEqual([end + 20 * minute, undefined]);
});
