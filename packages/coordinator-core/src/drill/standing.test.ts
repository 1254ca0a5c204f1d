import { UmbraError, type DrillFailure, type DrilledSnapshot, type RunRecord } from '@umbracore/contracts';
import { aCopyJob, aDrillJob, aDrillReport, aJob, aPlan, aRun } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { drillStanding } from './standing.ts';

interface Given {
  readonly proven?: Readonly<Record<string, number>>;
  readonly lost?: readonly string[];
  readonly absent?: boolean;
  readonly error?: 'repository.damaged' | 'repository.unreachable';
  readonly dryRun?: boolean;
}

const failure = (job: string, problem: DrillFailure['problem']): DrillFailure => ({
  job,
  snapshot: 's',
  path: '/a',
  problem,
  reason: '',
});

const entry = ([job, proven]: readonly [string, number]): DrilledSnapshot => ({
  job,
  snapshot: 's',
  files: 5,
  proven,
  bytes: 1,
  totalBytes: 1,
  recoveryMs: job === 'music' ? 7000 : 3000,
  paths: [],
});

function drill(id: string, { proven = {}, lost = [], absent = false, error, dryRun = false }: Given): RunRecord {
  const failures = [...lost.map((job) => failure(job, 'differs')), ...(absent ? [failure('', 'absent')] : [])];
  const report = error === undefined ? aDrillReport({ snapshots: Object.entries(proven).map(entry), failures }) : null;
  const plan = aPlan({ job: aDrillJob(), options: { dryRun } });
  const ended = error === undefined ? null : new UmbraError(error, '').toRecord();
  return aRun({ id, state: 'succeeded', finishedAt: 5, plan, report, error: ended });
}

test.each<[string, readonly RunRecord[], string | undefined, string | undefined]>([
  ['no drill', [], undefined, undefined],
  ['one that tried others', [drill('r-1', { proven: { music: 3 } })], undefined, undefined],
  ['one that compared nothing', [drill('r-1', { proven: { documents: 0 } })], undefined, undefined],
  ['a good one', [drill('r-1', { proven: { documents: 3 } })], 'r-1', undefined],
  ['a dry one', [drill('r-1', { proven: { documents: 3 }, dryRun: true })], undefined, undefined],
  ['a canary that is gone', [drill('r-1', { proven: { documents: 3 }, absent: true })], 'r-1', undefined],
  [
    'a loss after a good one',
    [drill('r-2', { proven: { documents: 2 }, lost: ['documents'] }), drill('r-1', { proven: { documents: 3 } })],
    'r-1',
    'r-2',
  ],
  ['a loss of others', [drill('r-2', { proven: { documents: 2 }, lost: ['music'] })], 'r-2', undefined],
  [
    'a good one after a loss',
    [drill('r-2', { proven: { documents: 2 } }), drill('r-1', { lost: ['documents'] })],
    'r-2',
    undefined,
  ],
  [
    'others after a loss',
    [drill('r-2', { proven: { music: 2 } }), drill('r-1', { lost: ['documents'] })],
    undefined,
    'r-1',
  ],
  ['one that could not read the repository', [drill('r-1', { error: 'repository.damaged' })], undefined, 'r-1'],
  ['one without a network', [drill('r-1', { error: 'repository.unreachable' })], undefined, undefined],
])('%s', (_, drills, proof, failed) => {
  const standing = drillStanding(drills, aJob());
  expect([standing.proof?.run.id, standing.failed?.id]).toEqual([proof, failed]);
});

test('a copy is proven by what it brings', () => {
  const drills = [drill('r-1', { proven: { documents: 3, music: 2 } })];
  expect(drillStanding(drills, aCopyJob()).proof).toMatchObject({ proven: 5, recoveryMs: 7000, at: 5 });
  expect(drillStanding(drills, aCopyJob({ jobs: ['music'] })).proof).toMatchObject({ proven: 2 });
  expect(drillStanding([drill('r-1', { lost: ['films'] })], aCopyJob({ jobs: ['music'] })).failed).toBeUndefined();
});
