import { jobTag, type ForgetDecision } from '@umbracore/contracts';
import { aSnapshot } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { objectionTo } from './forget-guard.ts';

const now = Date.UTC(2026, 0, 5);
const hour = 3_600_000;

const decide = (snapshot: string, keep: boolean, change: Partial<ForgetDecision> = {}): ForgetDecision => ({
  snapshot,
  time: now - hour,
  job: 'documents',
  keep,
  reasons: ['because'],
  ...change,
});

const snapshots = ['a', 'b', 'c'].map((id) => aSnapshot({ id, tags: [jobTag('documents')] }));

const objection = (plan: readonly ForgetDecision[], minimum = 1) => objectionTo(plan, snapshots, { minimum }, now);

test.each([
  ['a good plan', [decide('a', false), decide('b', true), decide('c', true)], undefined],
  ['a plan that removes nothing, of fewer than the minimum', [decide('a', true)], undefined],
  ['one that keeps nothing', [decide('a', false), decide('b', false)], 'no snapshot of documents would stay'],
  [
    'one that keeps too little',
    [decide('a', false), decide('b', false), decide('c', true)],
    'only 1 of 3 snapshots of documents would stay, and 2 have to',
  ],
  [
    'one with a newest snapshot from the future',
    [decide('a', true), decide('b', true), decide('c', true, { time: now + hour + 1 })],
    'the newest snapshot of documents is dated 2026-01-05T01:00:00.001Z',
  ],
  [
    'one about a snapshot that nobody listed',
    [decide('a', true), decide('b', true), decide('x', false)],
    'the plan names x, which is no snapshot of documents',
  ],
  [
    'one about a snapshot of another job',
    [decide('a', true), decide('b', true), decide('c', false, { job: 'music' })],
    'the plan names c, which is no snapshot of music',
  ],
  [
    'one that decides twice',
    [decide('a', true), decide('b', true), decide('a', false)],
    'the plan decides twice about a snapshot',
  ],
])('%s', (_, plan, wanted) => {
  expect(objection(plan, 2)).toBe(wanted);
});

test('a clock that is a little ahead is no reason', () => {
  expect(objection([decide('a', false), decide('b', true, { time: now + hour })])).toBeUndefined();
});

test('each job needs its own', () => {
  const others = [...snapshots, aSnapshot({ id: 'd', tags: [jobTag('music')] })];
  const plan = [decide('a', false), decide('b', true), decide('d', false, { job: 'music' })];
  expect(objectionTo(plan, others, { minimum: 0 }, now)).toBe('no snapshot of music would stay');
});
