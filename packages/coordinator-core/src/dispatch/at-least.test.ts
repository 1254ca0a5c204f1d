import { aPlan, aRun } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { atLeastDueAt, atLeastSlot } from './at-least.ts';

const now = 100_000;
const everyMs = 1000;
const good = (finishedAt: number) => aRun({ state: 'succeeded', finishedAt });
const tried = (queuedAt: number) => aRun({ state: 'failed', slot: 'at-least/x', queuedAt, finishedAt: queuedAt + 5 });

test.each([
  ['there was none', [], now],
  ['so long after the last good one', [good(500), good(99_500)], 100_500],
  ['a warning is good', [aRun({ state: 'warning', finishedAt: 99_500 })], 100_500],
  ['a failure is not', [aRun({ state: 'failed', finishedAt: 99_900 }), good(99_500)], 100_500],
  ['unless it was made for this reason', [tried(99_800), good(99_500)], 100_800],
  ['a dry run is none', [aRun({ state: 'succeeded', finishedAt: 1, plan: aPlan({ options: { dryRun: true } }) })], now],
  ['one from the future does not count', [good(now + 1), good(99_500)], 100_500],
  ['one is under way', [aRun({ state: 'running' }), good(5)], undefined],
])('%s', (_, runs, due) => {
  expect(atLeastDueAt(everyMs, runs, now)).toBe(due);
});

test('its slot is named by the moment it is due', () => {
  expect(atLeastSlot(0, 'main')).toMatchObject({ key: 'at-least/1970-01-01T00:00:00.000Z', at: 0, repository: 'main' });
});
