import { expect, test } from 'vitest';
import type { StepRecord } from '@umbracore/contracts';
import { aPlan, aRun } from '@umbracore/testkit';
import { goneNotes, removedBy } from './gone-explained.ts';

const ids = (count: number): readonly string[] => Array.from({ length: count }, (_, place) => `${place}`.repeat(64));

test.each([
  ['nothing', [], [], []],
  ['what we forgot', ids(1), ids(1), ['Forgotten by umbra since the last check: snapshot 00000000']],
  ['what nobody here forgot', ids(1), [], ['Forgotten by others since the last check, or lost: snapshot 00000000']],
  [
    'both, and many',
    ids(8),
    ids(1),
    [
      'Forgotten by umbra since the last check: snapshot 00000000',
      'Forgotten by others since the last check, or lost: snapshots 11111111, 22222222, 33333333, 44444444, 55555555 and 2 more',
    ],
  ],
])('%s', (_, gone, forgotten, notes) => {
  expect(goneNotes(gone, new Set(forgotten))).toEqual(notes);
});

const step = (detail: StepRecord['detail']): StepRecord => ({
  run: 'r-1',
  attempt: 1,
  sequence: 1,
  kind: 'forget',
  stage: 'intent',
  at: 0,
  detail,
});

test('a forget removed what its report says, also by the ids that it had first', () => {
  const report = { kind: 'forget', removed: ['b'], kept: 1 } as const;
  // What was meant to go, and did not, is not forgotten.
  const steps = [step({ snapshots: ['b', 'd'], names: ['a', 'c'] }), step({ marking: ['e'] })];
  expect(removedBy(aRun({ report }), steps)).toEqual(['b', 'a']);
  const options = { dryRun: true };
  expect(removedBy(aRun({ report, plan: aPlan({ options }) }), steps)).toEqual([]);
  expect(removedBy(aRun({ report: null }), steps)).toEqual([]);
});
