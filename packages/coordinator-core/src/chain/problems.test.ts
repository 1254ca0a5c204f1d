import { aChain, aJob } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { chainProblems, checkChain, circleOfJobs } from './problems.ts';

const closer = { umount: { closes: 'mount' } };

test.each([
  ['a diamond', aChain(['a -> b', 'a -> c', 'b -> d', 'c -> d'])],
  ['a bracket', aChain(['mount -> a'], closer)],
  ['one inside of the other', aChain(['lock -> mount', 'mount -> a'], { ...closer, unlock: { closes: 'lock' } })],
  ['two around the same', aChain(['lock -> a', 'mount -> a'], { ...closer, unlock: { closes: 'lock' } })],
])('%s is fine', (_, chain) => {
  expect(chainProblems(chain)).toEqual([]);
  expect(() => checkChain(chain)).not.toThrow();
});

test.each([
  ['no steps', aChain([]), 'config.invalid-value', []],
  [
    'one id twice',
    { ...aChain(['a -> b']), nodes: [...aChain(['a', 'b']).nodes, ...aChain(['a']).nodes] },
    'config.duplicate',
    ['a'],
  ],
  ['an edge to nowhere', { ...aChain(['a -> b']), nodes: aChain(['a']).nodes }, 'config.unknown-reference', ['b']],
  ['an edge to itself', aChain(['a -> a']), 'config.cycle', ['a', 'a']],
  [
    'a circle',
    aChain(['documents -> mirror', 'mirror -failure-> documents']),
    'config.cycle',
    ['documents', 'mirror', 'documents'],
  ],
  ['a closer before its opener', aChain(['umount -> mount'], closer), 'config.cycle', ['umount', 'mount', 'umount']],
  ['a closer without opener', aChain(['a'], closer), 'config.unknown-reference', ['umount']],
  ['a closer of itself', aChain(['a'], { a: { closes: 'a' } }), 'config.cycle', ['a', 'a']],
  ['two closers', aChain(['mount -> a'], { ...closer, b: { closes: 'mount' } }), 'config.duplicate', ['umount', 'b']],
  [
    'a closer with a deadline',
    aChain(['mount'], { umount: { closes: 'mount', deadlineMs: 1 } }),
    'config.invalid-value',
    ['umount'],
  ],
  [
    'an inner bracket that closes last',
    aChain(['lock -> mount', 'mount -> a', 'unlock -> umount'], { ...closer, unlock: { closes: 'lock' } }),
    'config.invalid-value',
    ['unlock', 'umount'],
  ],
  [
    'brackets that wait for one another',
    aChain(['lock -> mount', 'mount -> a', 'unlock -> a'], { ...closer, unlock: { closes: 'lock' } }),
    'config.invalid-value',
    ['a', 'umount', 'unlock', 'a'],
  ],
])('%s is refused', (_, chain, code, nodes) => {
  expect(chainProblems(chain)).toMatchObject([{ code, nodes }]);
  expect(() => checkChain(chain)).toThrow(expect.objectContaining({ code }));
});

test('the refusal shows the circle', () => {
  expect(() => checkChain(aChain(['documents -> mirror', 'mirror -> documents']))).toThrow(
    'The chain "nightly": it goes round in a circle: documents -> mirror -> documents',
  );
});

const after = (id: string, ...jobs: readonly string[]) =>
  aJob({ id, after: jobs.map((job) => ({ job, on: 'success', withinMs: undefined })) });

test.each([
  ['one after the other', [after('a'), after('b', 'a'), after('c', 'a', 'b')], undefined],
  ['a chain, and a job of it after the chain', [aChain(['a']), after('a', 'nightly')], undefined],
  [
    'a chain that starts after one of its jobs',
    [aChain(['a'], {}, { after: after('', 'a').after }), after('a')],
    ['nightly', 'a', 'nightly'],
  ],
  ['a job after a chain', [aChain(['a']), after('a'), after('b', 'nightly')], undefined],
  [
    'each after the other',
    [after('documents', 'mirror'), after('mirror', 'documents')],
    ['documents', 'mirror', 'documents'],
  ],
  ['a chain in a chain', [aChain(['weekly']), aChain(['a'], {}, { id: 'weekly' })], undefined],
  [
    'chains in each other',
    [aChain(['weekly']), aChain(['nightly'], {}, { id: 'weekly' })],
    ['nightly', 'weekly', 'nightly'],
  ],
  ['a chain in itself', [aChain(['nightly'])], ['nightly', 'nightly']],
])('%s', (_, jobs, circle) => {
  expect(circleOfJobs(jobs)).toEqual(circle);
});
