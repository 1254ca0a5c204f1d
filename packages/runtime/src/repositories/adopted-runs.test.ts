import { expect, it } from 'vitest';
import { jobTag, runTag, type Snapshot } from '@umbracore/contracts';
import { aRepository, aSnapshot } from '@umbracore/testkit';
import { adoptedRuns } from './adopted-runs.ts';

const own = (run: string, job = 'documents'): readonly string[] => [jobTag(job), runTag(run), 'tag'];
const runId = (n: number): string => `r-${String(n).padStart(16, '0')}`;

const adopt = (snapshots: readonly Snapshot[], known: readonly string[] = [], made: readonly string[] = []) =>
  adoptedRuns(snapshots, {
    repository: aRepository({ name: 'home' }),
    known: new Set(known),
    made: new Set(made),
    random: () => 0,
  });

it('gives a snapshot of ours its run and job back, and puts others under a name of their own', () => {
  const summary = {
    startedAt: 1000,
    finishedAt: 4000,
    filesNew: 1,
    filesChanged: 2,
    filesUnmodified: 3,
    filesProcessed: 6,
    bytesProcessed: 700,
    bytesAdded: 80,
  };
  const [foreign, ours] = adopt([
    aSnapshot({ id: 'b', time: 5000, tags: own(runId(7)), paths: ['/data'], summary }),
    aSnapshot({ id: 'a', time: 500, tags: ['theirs'], paths: ['/etc'], summary: undefined }),
  ]);
  expect(ours).toMatchObject({
    id: runId(7),
    trigger: 'adopted',
    slot: 'adopted:b',
    queuedAt: 5000,
    plan: { job: { id: 'documents', enabled: false, tags: ['tag'], sources: [{ path: '/data' }] } },
    end: { startedAt: 5000, finishedAt: 8000, snapshot: 'b', stats: { filesNew: 1, bytesAdded: 80, durationMs: 3000 } },
  });
  expect(foreign).toMatchObject({
    plan: { job: { id: 'adopted', tags: ['theirs'] } },
    queuedAt: 500,
    end: { startedAt: 500, finishedAt: 500, stats: null },
  });
});

it.each([
  ['whose run is known', aSnapshot({ id: 'a', tags: own(runId(1)) }), [runId(1)], []],
  ['that a run of the history has made', aSnapshot({ id: 'a', tags: [] }), [], ['a']],
  ['that had the id before which a run has made', aSnapshot({ id: 'b', original: 'a', tags: [] }), [], ['a']],
])('leaves out a snapshot %s', (_, snapshot, known, made) => {
  expect(adopt([snapshot], known, made)).toEqual([]);
});

it('takes the id of a run once, and no text that is none', () => {
  const twice = [1, 2].map((n) => aSnapshot({ id: `twice-${n}`, time: n, tags: own(runId(1)) }));
  const ids = adopt([...twice, aSnapshot({ id: 'odd', time: 3, tags: own('../../x') })]).map(({ id }) => id);
  expect(ids[0]).toBe(runId(1));
  expect(new Set(ids).size).toBe(3);
  expect(ids.every((id) => /^r-[0-9A-Z]{16}$/.test(id))).toBe(true);
});
