// Runs as a user has them after a backup that went well, made without a store.
import { aJob, aNewRun, aPlan, aRepository } from '@umbracore/testkit';
import { columnsOf, newRow, recordOf } from '../../packages/state-store/src/run-row.ts';
import { chainStart, sealBehind } from '../../packages/state-store/src/seal.ts';

export const epoch = Date.UTC(2026, 0, 1);
const hex = (n, length) => n.toString(16).padStart(length, '0');

/** The change that ends run `n`. */
export const ending = (n, at) => ({
  state: n % 50 === 0 ? 'failed' : 'succeeded',
  startedAt: at,
  finishedAt: at + 1070,
  attempts: [{ number: 1, startedAt: at, finishedAt: at + 1070, outcome: 'succeeded', error: null }],
  snapshot: hex(n, 64),
  sources: [{ path: '/srv/data', present: true, empty: false, device: 65_024 }],
  stats: {
    filesNew: 3,
    filesChanged: n % 100,
    filesUnmodified: 9900,
    filesProcessed: 10_000,
    bytesProcessed: 475_000_000,
    bytesAdded: 4_750_000,
    bytesStored: 3_100_000,
    durationMs: 1070,
  },
});

/** Run `n`, for one of `jobs` jobs in turn, a minute after the run before. */
export function newRun(n, jobs) {
  const queuedAt = epoch + n * 60_000;
  const plan = aPlan({ job: aJob({ id: `job-${n % jobs}` }), repository: aRepository() });
  return aNewRun({ id: `r-${hex(n, 16)}`, slot: `slot-${n}`, slotAt: queuedAt, queuedAt, plan });
}

/** Rows of ended runs, sealed one behind the other as the store does it, and the end of their chain. */
export function* endedRows(count, jobs) {
  let end = chainStart;
  for (let n = 0; n < count; n += 1) {
    const queued = newRow(newRun(n, jobs));
    const columns = columnsOf({ ...recordOf(queued), ...ending(n, queued.queued_at), revision: 2 });
    end = sealBehind(end, columns.record);
    yield { ...queued, ...columns, fence: n + 1, ...end };
  }
}
