import { runTag, type RunRecord, type StateStore } from '@umbracore/contracts';
import { aDrillJob, aDrillReport, aPlan, aRun, aSnapshot } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { proofsIn } from './proofs.ts';

const entry = { job: 'documents', files: 3, bytes: 1, totalBytes: 1, recoveryMs: null, paths: [] };

function drill(id: string, at: number, proven: number, lost = false, dryRun = false): RunRecord {
  const problem = { job: 'documents', snapshot: 'a', path: '/a', problem: 'differs', reason: '' } as const;
  const report = aDrillReport({ snapshots: [{ ...entry, snapshot: 'a', proven }], failures: lost ? [problem] : [] });
  return aRun({ id, finishedAt: at, plan: aPlan({ job: aDrillJob(), options: { dryRun } }), report });
}

const verified = aRun({ id: 'r-made', verification: { level: 'sample', ok: true, problems: [], finishedAt: 5 } });

const proofOf = async (drills: readonly RunRecord[], made = verified, change = {}): Promise<unknown> => {
  const store = { runs: async () => drills, run: async () => made } as Partial<StateStore> as StateStore;
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

test('what was verified in another repository proves nothing of a copy', async () => {
  expect(await proofOf([], aRun({ ...verified, repository: 'offsite' }))).toBeUndefined();
});

test('nothing is known, or only by the id that it had first', async () => {
  expect(await proofOf([], aRun({ id: 'r-made', verification: null }))).toBeUndefined();
  expect(await proofOf([drill('r-1', 9, 2)], verified, { id: 'b', original: 'a' })).toMatchObject({ by: 'drill' });
});
