import { expect, test } from 'vitest';
import { forgetActions, isLiftedByAgreement, removableOf, type ForgetObjectionCode } from './forget.ts';
import type { RetentionPolicy } from './job.ts';

const policy: RetentionPolicy = {
  last: 1,
  hourly: 0,
  daily: 0,
  weekly: 0,
  monthly: 0,
  yearly: 0,
  withinMs: undefined,
  tags: [],
  minimum: 1,
  zone: 'UTC',
};

const decide = (snapshot: string, job: string, keep: boolean) => ({
  snapshot,
  job,
  keep,
  time: 0,
  reasons: ['because'],
});
const plan = [decide('a', 'music', false), decide('b', 'music', true), decide('c', 'letters', false)];
const object = (code: ForgetObjectionCode, job: string | null) => ({ code, job, text: 'why', hint: 'Look.' });

test.each([
  ['nothing', [], ['a', 'c']],
  ['one job', [object('rail', 'music')], ['c']],
  ['all jobs, one by one', [object('rail', 'music'), object('unproven', 'letters')], []],
  ['everything', [object('clock', null)], []],
])('what goes when %s is held back', (_, objections, going) => {
  expect(removableOf(plan, objections)).toEqual(going);
});

test('a person lifts what asks for one, and nothing else', () => {
  const codes = ['plan', 'pinned', 'quarantined', 'open', 'minimum', 'unproven', 'missing', 'rail', 'clock', 'damaged'];
  const lifted = codes.filter((code) => isLiftedByAgreement(object(code as ForgetObjectionCode, null)));
  expect(lifted).toEqual(['rail', 'clock']);
});

test.each([
  [true, false, undefined, 'keep'],
  [false, false, undefined, 'forget'],
  [false, false, 1000, 'mark'],
  [false, true, 1000, 'forget'],
  [false, true, undefined, 'forget'],
])('what becomes of one that is kept: %s, marked: %s, with %s ms to take it back', (keep, isMarked, undoMs, action) => {
  const actionOf = forgetActions({ policy: { ...policy, undoMs }, removable: ['a'] });
  expect(actionOf({ ...decide('a', 'music', keep), isMarked })).toBe(action);
  expect(actionOf({ ...decide('b', 'music', false), isMarked })).toBe('hold');
});
