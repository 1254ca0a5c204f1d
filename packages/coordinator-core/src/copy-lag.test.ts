import type { CopyReport, RunRecord } from '@umbracore/contracts';
import { aCopyJob, aPlan, aRun } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { copyLag } from './copy-lag.ts';

const minute = 60_000;
const noon = Date.UTC(2026, 0, 5, 12);

/** A backup that began so many minutes after noon and took one. */
const saved = (began: number, change: Partial<RunRecord> = {}): RunRecord => {
  const startedAt = noon + began * minute;
  return aRun({ state: 'succeeded', snapshot: `s${began}`, startedAt, finishedAt: startedAt + minute, ...change });
};

const copied = (upTo: CopyReport['upTo'], began = 10): RunRecord =>
  aRun({
    plan: aPlan({ job: aCopyJob() }),
    state: 'succeeded',
    startedAt: noon + began * minute,
    report: { kind: 'copy', copied: [], upTo },
  });

test('nothing is behind where there is nothing, and everything where nothing was copied', () => {
  expect(copyLag(undefined, [])).toEqual({ snapshots: 0, since: undefined });
  expect(copyLag(undefined, [saved(5), saved(1)])).toEqual({ snapshots: 2, since: noon + 2 * minute });
});

test('what began after the newest snapshot that both have is behind, each job for itself', () => {
  const documents = [saved(20), saved(12), saved(3)];
  const last = copied({ documents: noon + 3 * minute + 1000 });
  expect(copyLag(last, documents)).toEqual({ snapshots: 2, since: noon + 13 * minute });
  // Saved for long while the other one was copied: it was not there yet.
  const music = { ...saved(2), job: 'music', finishedAt: noon + 30 * minute };
  expect(copyLag(last, [...documents, music]).snapshots).toBe(3);
  expect(copyLag(copied({ documents: noon + 99 * minute, music: noon + 99 * minute }), [...documents, music])).toEqual({
    snapshots: 0,
    since: undefined,
  });
});

test('what made no snapshot is not missed', () => {
  const unchanged = {
    kind: 'backup',
    strategy: 'incremental',
    parent: 's1',
    base: null,
    sinceBase: null,
    sinceLast: null,
  } as const;
  const none = [
    saved(1, { snapshot: null }),
    saved(2, { plan: aPlan({ options: { dryRun: true } }) }),
    saved(3, { report: { ...unchanged, unchangedSince: 'r-1' } }),
  ];
  expect(copyLag(undefined, none).snapshots).toBe(0);
});

test('a copy that an earlier version recorded has everything from before it began', () => {
  expect(copyLag(copied(undefined, 10), [saved(11), saved(9)])).toEqual({ snapshots: 1, since: noon + 12 * minute });
});
