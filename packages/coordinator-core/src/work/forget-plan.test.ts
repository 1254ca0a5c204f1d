import { forgottenTag, jobTag, pinTag } from '@umbracore/contracts';
import type { ForgetPlan, Snapshot } from '@umbracore/contracts';
import { aPolicy, aSnapshot, FakeRepositories } from '@umbracore/testkit';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { agreedOnly, inOrder, planMarked, planWithoutDoubt } from './forget-plan.ts';
import type { Origin, Reputation } from './snapshot-origins.ts';

const repositories = new FakeRepositories({});
const lastOf =
  (last: number) =>
  (snapshots: readonly Snapshot[]): ForgetPlan =>
    repositories.planForget(snapshots, aPolicy({ last }));

const historyOf = (reputations: readonly Reputation[]) => ({
  snapshots: reputations.map((_, place) => aSnapshot({ id: `${place}`, time: place, tags: [jobTag('documents')] })),
  known: new Map(
    reputations.map((reputation, place): [string, Origin] => [
      `${place}`,
      { reputation, isRecorded: true, oddTime: undefined },
    ]),
  ),
});

const keptIn = (plan: ForgetPlan): readonly string[] => plan.filter(({ keep }) => keep).map(({ snapshot }) => snapshot);

test('a good snapshot keeps its place beside newer doubtful ones', () => {
  const { snapshots, known } = historyOf(['good', 'good', 'doubtful', 'doubtful']);
  const plan = planWithoutDoubt(snapshots, known, lastOf(1));
  expect(keptIn(plan)).toEqual(['1', '3']);
  expect(plan[1]?.reasons).toEqual(['snapshot 1 among the snapshots of good runs']);
});

test('if all are doubtful the policy decides among them', () => {
  const { snapshots, known } = historyOf(['doubtful', 'doubtful', 'doubtful']);
  expect(keptIn(planWithoutDoubt(snapshots, known, lastOf(2)))).toEqual(['1', '2']);
});

test('the snapshot of an open run stays', () => {
  const { snapshots, known } = historyOf(['open', 'good']);
  const plan = planWithoutDoubt(snapshots, known, lastOf(1));
  expect(plan[0]).toMatchObject({ keep: true, reasons: ['its run has not ended'] });
});

test('the snapshot of an open run takes no place', () => {
  const { snapshots, known } = historyOf(['doubtful', 'open']);
  expect(keptIn(planWithoutDoubt(snapshots, known, lastOf(1)))).toEqual(['0', '1']);
});

test('whatever doubtful ones come between, the same good ones stay as without them', () => {
  const anyHistory = fc.array(fc.constantFrom<Reputation>('good', 'doubtful', 'open'), { maxLength: 12 });
  fc.assert(
    fc.property(anyHistory, fc.integer({ min: 1, max: 4 }), (reputations, last) => {
      const { snapshots, known } = historyOf(reputations);
      const good = snapshots.filter(({ id }) => known.get(id)?.reputation === 'good');
      const kept = keptIn(planWithoutDoubt(snapshots, known, lastOf(last)));
      expect(kept).toEqual(expect.arrayContaining(keptIn(lastOf(last)(good)) as string[]));
      expect(planWithoutDoubt(snapshots, known, lastOf(last)).map(({ snapshot }) => snapshot)).toEqual(
        snapshots.map(({ id }) => id),
      );
    }),
  );
});

test('what has a date that cannot be right stays, and no rule counts it', () => {
  const { snapshots, known } = historyOf(['good', 'good', 'good']);
  known.set('2', { reputation: 'good', isRecorded: true, oddTime: 'dated after its run ended' });
  const plan = planWithoutDoubt(snapshots, known, lastOf(1));
  expect(plan.map(({ snapshot, keep }) => [snapshot, keep])).toEqual([
    ['0', false],
    ['1', true],
    ['2', true],
  ]);
  expect(plan[2]?.reasons).toEqual(['dated after its run ended, so no rule counts it']);
});

test('nothing goes that was not agreed to, and nothing because it was', () => {
  const { snapshots, known } = historyOf(['good', 'good', 'good']);
  const plan = planWithoutDoubt(snapshots, known, lastOf(1));
  expect(keptIn(agreedOnly(plan, ['1', '2', 'x']))).toEqual(['0', '2']);
  expect(agreedOnly(plan, ['1'])[0]?.reasons).toEqual(['not among those that were agreed to']);
});

const hour = 3_600_000;
const week = 7 * 24 * hour;

test.each([
  [
    'stays until its time has passed',
    week - 1,
    week,
    [],
    true,
    'forgotten 1970-01-01T00:00:00.000Z, goes after 1970-01-08',
  ],
  ['goes when it has', week, week, [], false, 'forgotten 1970-01-01T00:00:00.000Z'],
  ['goes at once if there is no such time any more', 1, undefined, [], false, 'forgotten 1970-01-01T00:00:00.000Z'],
  ['stays if it is pinned', 2 * week, week, [pinTag], true, 'pinned'],
] as const)('what was marked %s', (_, now, undoMs, tags, keep, reason) => {
  const snapshot = aSnapshot({ id: 'a', tags: [jobTag('documents'), forgottenTag(0), ...tags] });
  const unmarked = aSnapshot({ id: 'b', tags: [jobTag('documents')] });
  expect(planMarked([snapshot, unmarked], { undoMs }, now)).toMatchObject([
    {
      snapshot: 'a',
      keep,
      isMarked: true,
      reasons: expect.arrayContaining([expect.stringContaining(reason)]),
    },
  ]);
});

test('marking first and removing later removes the same as removing at once', () => {
  const anyHistory = fc.array(fc.constantFrom<Reputation>('good', 'doubtful', 'open'), { maxLength: 12 });
  fc.assert(
    fc.property(anyHistory, fc.integer({ min: 1, max: 4 }), (reputations, last) => {
      const { snapshots, known } = historyOf(reputations);
      const planFor = (some: readonly Snapshot[], now: number): ForgetPlan =>
        inOrder(
          planMarked(some, { undoMs: week }, now),
          planWithoutDoubt(
            some.filter(({ tags }) => tags.length === 1),
            known,
            lastOf(last),
          ),
        );
      const atOnce = planFor(snapshots, 0);
      const going = new Set(atOnce.filter(({ keep }) => !keep).map(({ snapshot }) => snapshot));
      const marked = snapshots.map((snapshot) =>
        going.has(snapshot.id) ? { ...snapshot, tags: [...snapshot.tags, forgottenTag(0)] } : snapshot,
      );
      // Nothing more is marked meanwhile, and in the end just these go.
      expect(planFor(marked, week - 1).filter(({ keep }) => !keep)).toEqual([]);
      expect(
        new Set(
          planFor(marked, week)
            .filter(({ keep }) => !keep)
            .map(({ snapshot }) => snapshot),
        ),
      ).toEqual(going);
    }),
  );
});
