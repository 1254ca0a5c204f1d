import type { DrillReport } from '@umbracore/contracts';
import { expect, test } from 'vitest';
import { aDrillReport } from '@umbracore/testkit';
import { memoryOf } from './memory.ts';

const drilled = (job: string, paths: readonly string[], failures: DrillReport['failures'] = []): DrillReport =>
  aDrillReport({
    failures,
    snapshots: [{ job, snapshot: 's', files: 1, proven: 1, bytes: 1, totalBytes: 1, recoveryMs: null, paths }],
  });

const lost = { job: 'a', snapshot: 's', path: '/lost', problem: 'not-restored', reason: '' } as const;

test('knows what was drilled of which job, when, and what failed the last time', () => {
  const memory = memoryOf([drilled('a', ['/1'], [lost]), drilled('b', ['/2']), drilled('a', ['/3'])]);
  expect(['/1', '/2', '/3', '/4'].map((path) => memory.wasDrilled('a', path))).toEqual([true, false, true, false]);
  expect(['a', 'b', 'c'].map((job) => memory.lastTried(job))).toEqual([0, 1, Infinity]);
  expect(memory.failures).toEqual([lost]);
  expect(memoryOf([drilled('a', []), drilled('a', [], [lost])]).failures).toEqual([]);
  expect(memoryOf([drilled('b', []), drilled('a', [], [lost])]).failures).toEqual([lost]);
});
