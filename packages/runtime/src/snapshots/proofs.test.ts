import { runTag, type RunQuery, type RunRecord, type StateStore } from '@umbracore/contracts';
import { aCopyJob, aDrillJob, aDrillReport, aPlan, aRun, aSnapshot } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { proofsIn } from './proofs.ts';

const entry = { job: 'documents', files: 3, bytes: 1, totalBytes: 1, recoveryMs: null, paths: [] };

function drill(id: string, at: number, proven: number, lost = false, dryRun = false): RunRecord {
  const problem = { job: 'documents', snapshot: 'a', path: '/a', problem: 'differs', reason: '' } as const;
  const report = aDrillReport({ snapshots: [{ ...entry, snapshot: 'a', proven }], failures: lost ? [problem] : [] });
  return aRun({ id, finishedAt: at, plan: aPlan({ job: aDrillJob(), options: { dryRun } }), report });
}

const verified = aRun({ id: 'r-made', verification: { level: 'sample', ok: true, problems: [], finishedAt: 5 } });

const proofOf = async (runs: readonly RunRecord[], made = verified, change = {}): Promise<unknown> => {
  const ofKinds = async ({ kinds = [] }: RunQuery): Promise<readonly RunRecord[]> =>
    runs.filter(({ plan }) => kinds.includes(plan.job.kind));
  const store = { runs: ofKinds, run: async () => made } as Partial<StateStore> as StateStore;
  return (await proofsIn(store, 'main'))(aSnapshot({ id: 'a', tags: [runTag('r-made')], ...change }));
};

test.each<[string, readonly RunRecord[], object | undefined]>([
  ['its own verification', [], { by: 'verification', at: 5, level: 'sample' }],
  ['a later drill', [drill('r-2', 9, 3), drill('r-1', 8, 2)], { by: 'drill', run: 'r-2', at: 9, files: 3 }],
  ['an earlier drill', [drill('r-1', 3, 2)], { by: 'verification' }],
  [
    'a drill that proved nothing, lost something or was dry',
    [drill('r-3', 9, 0), drill('r-2', 9, 2, true), drill('r-1', 9, 2, false, true)],
    { by: 'verification' },
  ],
])('%s', async (_, drills, expected) => {
  expect(await proofOf(drills)).toMatchObject(expected ?? {});
});

const elsewhere = aRun({ ...verified, repository: 'offsite' });

test('what was verified in another repository proves nothing of a copy', async () => {
  expect(await proofOf([], elsewhere)).toBeUndefined();
});

function copied(ids: readonly string[], different: readonly string[], ok = true): RunRecord {
  const verification = { level: 'sample', ok, problems: [], finishedAt: 7 } as const;
  const report = { kind: 'copy', copied: ids, different } as const;
  return aRun({
    id: 'r-copy',
    plan: aPlan({ job: aCopyJob({ id: 'mirror', from: 'offsite' }) }),
    report,
    verification,
  });
}

test.each<[string, RunRecord, object | undefined]>([
  ['read back where it lies', copied(['a', 'b'], ['b']), { by: 'verification', run: 'r-copy', at: 7, level: 'sample' }],
  ['something else than its original', copied(['a'], ['a']), undefined],
  ['damaged', copied(['a'], [], false), undefined],
  ['another one', copied(['b'], []), undefined],
])('of a copy that is %s', async (_, run, expected) => {
  expect(await proofOf([run], elsewhere)).toEqual(expected);
});

test('nothing is known, or only by the id that it had first', async () => {
  expect(await proofOf([], aRun({ id: 'r-made', verification: null }))).toBeUndefined();
  expect(await proofOf([drill('r-1', 9, 2)], verified, { id: 'b', original: 'a' })).toMatchObject({ by: 'drill' });
});
