import { expect, test } from 'vitest';
import { jobTag, type Snapshot } from '@umbracore/contracts';
import { aSnapshot } from '@umbracore/testkit';
import { choosePair } from './choose-pair.ts';
import { parseRef } from './ref.ts';

const snapshot = (id: string, job: string | undefined, paths: readonly string[] = ['/a']): Snapshot =>
  aSnapshot({ id, shortId: id.slice(0, 8), paths, tags: job === undefined ? [] : [jobTag(job)] });

/** Oldest first, jobs and foreign ones mixed. */
const all = [
  snapshot('aaaa1111', 'documents'),
  snapshot('bbbb1111', 'photos'),
  snapshot('cccc1111', undefined),
  snapshot('cccc2222', 'documents'),
  snapshot('dddd1111', undefined, ['/b']),
  snapshot('eeee1111', undefined),
  snapshot('ffff1111', 'photos'),
];

function pairOf(texts: readonly string[], job?: string): readonly string[] {
  const refs = texts.map((text) => ({ text, ref: parseRef(text) }));
  const found = choosePair(all, { refs, job, repository: 'home', now: Date.now() });
  return 'from' in found ? [found.from.id, found.to.id] : ['missing', ...found];
}

test.each<readonly [readonly string[], string | undefined, readonly string[]]>([
  [[], 'documents', ['aaaa1111', 'cccc2222']],
  [[], 'photos', ['bbbb1111', 'ffff1111']],
  [['photos@latest'], undefined, ['bbbb1111', 'ffff1111']],
  [['cccc2'], undefined, ['aaaa1111', 'cccc2222']],
  // One that is of no job: the one before it of the same host and sources.
  [['eeee'], undefined, ['cccc1111', 'eeee1111']],
  [['latest'], undefined, ['bbbb1111', 'ffff1111']],
  [['ffff', 'aaaa'], undefined, ['ffff1111', 'aaaa1111']],
  [['documents@-1', 'photos@0'], undefined, ['aaaa1111', 'ffff1111']],
  [['documents@-1', 'documents@-2'], undefined, ['missing', 'documents@-2']],
  [['9999', '8888'], undefined, ['missing', '9999', '8888']],
])('%j of the job %s: %j', (texts, job, pair) => expect(pairOf(texts, job)).toEqual(pair));

test.each([
  [['cccc'], 'snapshot.ambiguous'],
  [['aaaa', 'cccc'], 'snapshot.ambiguous'],
  [['aaaa'], 'snapshot.absent'],
  [['dddd'], 'snapshot.absent'],
])('%j cannot be compared: %s', (texts, code) => {
  expect(() => pairOf(texts)).toThrow(expect.objectContaining({ code }));
});

test.each([
  [[], 'documents', '1 dated in the future is passed over; name one by its id'],
  [['documents@latest'], undefined, '1 dated in the future is passed over; name one by its id'],
  [['aaaa'], undefined, 'to see which there are.'],
])('%j of the job %s, where the only other one is dated in the future, says so', (texts, job, hint) => {
  const now = Date.now();
  const soon = { ...snapshot('bbbb2222', 'documents'), time: now + 86_400_000 };
  const refs = texts.map((text) => ({ text, ref: parseRef(text) }));
  expect(() => choosePair([...all.slice(0, 1), soon], { refs, job, repository: 'home', now })).toThrow(
    expect.objectContaining({ code: 'snapshot.absent', hint: expect.stringContaining(hint) }),
  );
});

test('a job without snapshots', () => {
  expect(() => pairOf([], 'music')).toThrow(expect.objectContaining({ code: 'snapshot.absent' }));
});
