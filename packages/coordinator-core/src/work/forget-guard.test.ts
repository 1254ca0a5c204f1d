import { forgottenTag, jobTag, pinTag, runTag, type ForgetDecision, type ForgetObjection } from '@umbracore/contracts';
import { aPolicy, aSnapshot, FakeRepositories } from '@umbracore/testkit';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { objectionsTo, type ForgetFacts } from './forget-guard.ts';
import { planWithoutDoubt } from './forget-plan.ts';
import type { Origin, Reputation } from './snapshot-origins.ts';

const now = Date.UTC(2026, 0, 5);
const hour = 3_600_000;

const good: Origin = { reputation: 'good', isRecorded: true, oddTime: undefined };
const partial: Origin = { ...good, reputation: 'doubtful' };

/** Oldest first. */
const ids = ['a', 'b', 'c'];
const snapshots = ids.map((id, place) =>
  aSnapshot({ id, shortId: id, time: now - (9 - place) * hour, tags: [jobTag('documents'), runTag(`r-${id}`)] }),
);

const facts: ForgetFacts = {
  job: 'tidy',
  policy: { minimum: 1, rail: undefined },
  snapshots,
  origins: new Map(ids.map((id) => [id, good])),
  lastGood: new Map(),
  newSince: new Map(),
  latest: undefined,
  damage: undefined,
  now,
};

const decide = (snapshot: string, keep: boolean, change: Partial<ForgetDecision> = {}): ForgetDecision => ({
  snapshot,
  time: snapshots.find(({ id }) => id === snapshot)?.time ?? now,
  job: 'documents',
  keep,
  reasons: ['because'],
  ...change,
});

/** What is told of a plan that removes these. */
const found = (going: string, change: Partial<ForgetFacts> = {}): readonly ForgetObjection[] =>
  objectionsTo(
    ids.map((id) => decide(id, !going.includes(id))),
    { ...facts, ...change },
  );

const codes = (objections: readonly ForgetObjection[]): readonly string[] => objections.map(({ code }) => code);

const origins = (change: Readonly<Record<string, Origin>>): Pick<ForgetFacts, 'origins'> => ({
  origins: new Map([...facts.origins, ...Object.entries(change)]),
});

const changed = (id: string, change: Parameters<typeof aSnapshot>[0]): Pick<ForgetFacts, 'snapshots'> => ({
  snapshots: snapshots.map((snapshot) => (snapshot.id === id ? { ...snapshot, ...change } : snapshot)),
});

const since = (time: number): Pick<ForgetFacts, 'newSince'> => ({ newSince: new Map([['documents', time]]) });
const last = (run: string, snapshot: string): Pick<ForgetFacts, 'lastGood'> => ({
  lastGood: new Map([['documents', { run, snapshot }]]),
});
const policy = (minimum: number, rail?: number): Pick<ForgetFacts, 'policy'> => ({ policy: { minimum, rail } });

describe('the guard', () => {
  test.each<readonly [string, string, Partial<ForgetFacts>, string]>([
    ['a plan that removes the older ones', 'ab', {}, ''],
    ['one that removes nothing, whatever is wrong', '', { ...policy(9), latest: { run: 'r-x', at: now * 2 } }, ''],
    ['one that keeps nothing', 'abc', {}, 'minimum,unproven'],
    ['one that keeps too little', 'ab', policy(2), 'minimum'],
    ['one that keeps too few good ones', 'a', { ...policy(2), ...origins({ b: partial }) }, 'minimum'],
    ['one that removes partial ones beyond the minimum', 'b', { ...policy(2), ...origins({ b: partial }) }, ''],
    ['one that removes the newest', 'c', {}, 'unproven'],
    ['one that lets a partial one push out a good one', 'b', origins({ c: partial }), 'unproven'],
    ['one that lets a partial one push out a partial one', 'b', origins({ b: partial, c: partial }), ''],
    ['one of partial ones only', 'ab', origins({ a: partial, b: partial, c: partial }), ''],
    ['one that removes a pinned one', 'a', changed('a', { tags: [jobTag('documents'), pinTag] }), 'pinned'],
    ['one that removes one from the future', 'a', changed('a', { time: now + 2 * hour }), 'quarantined,unproven'],
    ['one that removes one a little ahead, with a newer one', 'a', changed('c', { time: now + hour }), ''],
    ['one that relies on one from the future', 'b', changed('c', { time: now + 2 * hour }), 'unproven'],
    ['one that removes one with an odd date', 'a', origins({ a: { ...good, oddTime: 'odd' } }), 'quarantined'],
    ['one that removes one of an open run', 'a', origins({ a: { ...good, reputation: 'open' } }), 'open'],
    [
      'one that relies on a marked one',
      'b',
      changed('c', { tags: [jobTag('documents'), forgottenTag(0)] }),
      'unproven',
    ],
    [
      'one that leaves too few beside the marked ones',
      'b',
      { ...policy(2), ...changed('a', { tags: [jobTag('documents'), forgottenTag(0)] }) },
      'minimum',
    ],
    [
      'one that removes what was marked, whatever the rail',
      'ab',
      {
        ...policy(1, 0),
        ...since(now),
        snapshots: snapshots.map((snapshot) =>
          snapshot.id === 'c' ? snapshot : { ...snapshot, tags: [jobTag('documents'), forgottenTag(0)] },
        ),
      },
      '',
    ],
    ['one while the last good one is there by its run', 'a', last('r-c', 'x'), ''],
    ['one while the last good one is there by its id', 'a', last('r-x', 'c'), ''],
    [
      'one while the last good one is there under a new id',
      'a',
      { ...last('r-x', 'old'), ...changed('c', { original: 'old' }) },
      '',
    ],
    ['one while the last good one is missing', 'a', last('r-x', 'x'), 'missing'],
    ['one within the rail', 'a', { ...policy(1, 0.2), ...since(now) }, ''],
    ['one beyond the rail', 'ab', { ...policy(1, 0.2), ...since(now) }, 'rail'],
    ['one of as many as are new', 'ab', { ...policy(1, 0.2), ...since(now - 7.5 * hour) }, ''],
    ['one of a job that nobody accounts for', 'ab', policy(1, 0), ''],
    [
      'one of snapshots that the history does not know',
      'ab',
      { ...policy(1, 0), origins: new Map(ids.map((id) => [id, { ...good, isRecorded: false }])) },
      'rail',
    ],
    ['one at a time before the last record', 'a', { latest: { run: 'r-x', at: now + 2 * hour } }, 'clock'],
    ['one at a time a little before', 'a', { latest: { run: 'r-x', at: now + hour } }, ''],
    ['one on a damaged repository', 'a', { damage: { what: 'damaged', hint: 'Mend it.' } }, 'damaged'],
  ])('%s', (_, going, change, wanted) => {
    expect(codes(found(going, change)).join(',')).toBe(wanted);
  });

  test.each<readonly [string, Partial<ForgetFacts>, string]>([
    ['abc', {}, 'no snapshot of documents would stay'],
    ['ab', policy(2), 'only 1 of 3 good snapshots of documents would stay, and 2 have to'],
    ['c', {}, 'no newer snapshot of documents that stays is as good as c'],
    ['a', last('r-x', 'x'), 'the snapshot x of the last good run of documents, r-x, is not in the repository'],
    [
      'ab',
      { ...policy(1, 0.2), ...since(now) },
      '2 of 3 snapshots of documents would go, and unseen only 1 may at once',
    ],
    [
      'a',
      { latest: { run: 'r-x', at: now + 2 * hour } },
      'the clock was set back: run r-x was recorded at 2026-01-05T02:00:00.000Z',
    ],
  ])('says of the removal of %s why', (going, change, text) => {
    expect(found(going, change)[0]).toMatchObject({ text, hint: expect.stringMatching(/\.$/) });
  });
});

test.each([
  ['about a snapshot that nobody listed', decide('x', false), 'the plan names x, which is no snapshot of documents'],
  ['about one of another job', decide('c', false, { job: 'music' }), 'the plan names c, which is no snapshot of music'],
  ['that decides twice', decide('a', false), 'the plan decides twice about a snapshot'],
])('a plan %s is refused as a whole', (_, decision, text) => {
  const plan = [decide('a', true), decide('b', true), decision];
  expect(objectionsTo(plan, facts)).toMatchObject([{ code: 'plan', job: null, text }]);
});

test('each job needs its own, and what is wrong with one keeps no other', () => {
  const music = aSnapshot({ id: 'd', time: now - hour, tags: [jobTag('music')] });
  const plan = [decide('a', false), decide('b', true), decide('c', true), decide('d', false, { job: 'music' })];
  const all = { ...facts, snapshots: [...snapshots, music], ...origins({ d: good }) };
  expect(objectionsTo(plan, all).map(({ code, job }) => `${code} of ${job}`)).toEqual([
    'minimum of music',
    'unproven of music',
  ]);
});

test('a plan that was made without doubt is never held back for what stays', () => {
  const repositories = new FakeRepositories({});
  const anyHistory = fc.array(fc.constantFrom<Reputation>('good', 'doubtful', 'open'), { maxLength: 12 });
  fc.assert(
    fc.property(
      anyHistory,
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 4 }),
      (history, keep, minimum) => {
        const made = history.map((_, place) =>
          aSnapshot({ id: `${place}`, time: now - (20 - place) * hour, tags: [jobTag('documents')] }),
        );
        const known = new Map(history.map((reputation, place) => [`${place}`, { ...good, reputation }]));
        const plan = planWithoutDoubt(made, known, (some) =>
          repositories.planForget(some, aPolicy({ last: keep, minimum })),
        );
        const all = { ...facts, ...policy(minimum), snapshots: made, origins: known };
        expect(objectionsTo(plan, all)).toEqual([]);
      },
    ),
  );
});
