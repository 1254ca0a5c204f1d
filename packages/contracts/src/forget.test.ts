import { expect, test } from 'vitest';
import { isLiftedByAgreement, removableOf, type ForgetObjectionCode } from './forget.ts';

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
