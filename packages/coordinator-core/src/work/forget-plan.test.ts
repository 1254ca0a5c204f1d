import { jobTag } from '@umbracore/contracts';
import type { ForgetPlan, Snapshot } from '@umbracore/contracts';
import { aPolicy, aSnapshot, FakeRepositories } from '@umbracore/testkit';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { planWithoutDoubt } from './forget-plan.ts';
import type { Reputation } from './forget-plan.ts';

const repositories = new FakeRepositories({});
const lastOf =
  (last: number) =>
  (snapshots: readonly Snapshot[]): ForgetPlan =>
    repositories.planForget(snapshots, aPolicy({ last }));

const historyOf = (reputations: readonly Reputation[]) => ({
  snapshots: reputations.map((_, place) => aSnapshot({ id: `${place}`, time: place, tags: [jobTag('documents')] })),
  known: new Map(reputations.map((reputation, place) => [`${place}`, reputation])),
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

test('whatever doubtful ones come between, the same good ones stay as without them', () => {
  const anyHistory = fc.array(fc.constantFrom<Reputation>('good', 'doubtful', 'open'), { maxLength: 12 });
  fc.assert(
    fc.property(anyHistory, fc.integer({ min: 1, max: 4 }), (reputations, last) => {
      const { snapshots, known } = historyOf(reputations);
      const good = snapshots.filter(({ id }) => known.get(id) === 'good');
      const kept = keptIn(planWithoutDoubt(snapshots, known, lastOf(last)));
      expect(kept).toEqual(expect.arrayContaining(keptIn(lastOf(last)(good)) as string[]));
      expect(planWithoutDoubt(snapshots, known, lastOf(last)).map(({ snapshot }) => snapshot)).toEqual(
        snapshots.map(({ id }) => id),
      );
    }),
  );
});
