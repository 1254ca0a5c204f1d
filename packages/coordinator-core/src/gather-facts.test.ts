import { aPlan, aRun } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { settles } from './gather-facts.ts';

const due = { at: 1000, fold: 0, key: 'slot' } as const;
const dry = aPlan({ options: { dryRun: true } });

test.each([
  ['its own run has ended well', aRun({ slot: 'slot', state: 'succeeded' }), true],
  ['its own run has failed', aRun({ slot: 'slot', state: 'failed' }), true],
  ['its own run waits for a retry', aRun({ slot: 'slot', state: 'retrying' }), false],
  ['somebody ran the job after it was due', aRun({ state: 'succeeded', startedAt: 1000 }), true],
  ['somebody ran the job after it was due, with warnings', aRun({ state: 'warning', startedAt: 5000 }), true],
  ['somebody ran the job before it was due', aRun({ state: 'succeeded', startedAt: 999 }), false],
  ['somebody tried in vain', aRun({ state: 'failed', startedAt: 5000 }), false],
  ['somebody only tried out', aRun({ state: 'succeeded', startedAt: 5000, plan: dry }), false],
  ['a later slot was run', aRun({ slot: 'later', state: 'succeeded', startedAt: 5000 }), true],
])('%s', (_, run, done) => {
  expect(settles(run, due)).toBe(done);
});
