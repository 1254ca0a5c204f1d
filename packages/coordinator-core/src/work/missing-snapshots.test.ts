import { jobTag, runTag } from '@umbracore/contracts';
import { aSnapshot } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { copiesIn, missingIn, oursAmong } from './missing-snapshots.ts';

const made = (id: string, { job = 'documents', run = `r-${id}`, original = undefined as string | undefined } = {}) =>
  aSnapshot({ id, original, tags: [jobTag(job), runTag(run)] });

const idsOf = (snapshots: readonly { readonly id: string }[]) => snapshots.map(({ id }) => id);

test('what is not there is missing, in its order', () => {
  expect(idsOf(missingIn([made('b')], [made('a'), made('b'), made('c')]))).toEqual(['a', 'c']);
});

test('foreign snapshots and those of other jobs are nobody’s business', () => {
  const offered = [aSnapshot({ id: 'x', tags: ['foreign'] }), made('a', { job: 'music' }), made('b')];
  expect(idsOf(oursAmong(offered, []))).toEqual(['a', 'b']);
  expect(idsOf(oursAmong(offered, ['music']))).toEqual(['a']);
});

test.each([
  ['was copied from it', made('copy', { run: 'r-a', original: 'a' }), made('a')],
  ['was copied from the same third one', made('1', { original: 'x' }), made('2', { run: 'r-1', original: 'x' })],
  ['is where it was copied from', made('a'), made('copy', { run: 'r-a', original: 'a' })],
  ['comes from the same run, in a backend that keeps no ids', made('1', { run: 'r-9' }), made('2', { run: 'r-9' })],
  [
    'has no run and the same id',
    aSnapshot({ id: 'a', tags: [jobTag('j')] }),
    aSnapshot({ id: 'a', tags: [jobTag('j')] }),
  ],
])('one is there if the other %s', (_, present, offered) => {
  expect(missingIn([present], [offered])).toEqual([]);
  expect(copiesIn([made('other'), present, { ...present, shortId: 'later' }])(offered)).toEqual(present);
  expect(copiesIn([made('other')])(offered)).toBeUndefined();
});
