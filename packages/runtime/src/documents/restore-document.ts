import type { Progress, RestoreEvent, RestoreOutcome } from '@umbracore/contracts';
import type { PreparedRestore, RestoreRecord, Undone } from '@umbracore/restore';
import { exitCodes } from './exit-codes.ts';
import { timestamp, timestampOrNull } from './timestamp.ts';

/** A restore as it stands. */
export const restoreDocument = (record: RestoreRecord) => ({
  id: record.id,
  createdAt: timestamp(record.createdAt),
  finishedAt: timestampOrNull(record.finishedAt),
  repository: record.repository,
  snapshot: record.snapshot,
  paths: record.wanted.paths,
  include: record.wanted.include,
  exclude: record.wanted.exclude,
  target: record.target,
  overwrite: record.mode,
  verify: record.verify,
  delete: record.deletes ?? false,
  state: record.state,
  undoUntil: timestampOrNull(record.keepUntil),
  planned: record.planned,
  outcome: record.outcome === null ? null : outcomeDocument(record.outcome),
});

export type RestoreDocument = ReturnType<typeof restoreDocument>;

const outcomeDocument = ({ counts, bytes, failed, failedCount, differing }: RestoreOutcome) => ({
  counts,
  bytes,
  failedCount,
  differing,
  failed,
});

type Finished = Extract<RestoreEvent, { readonly type: 'restore.finished' }>;

/** What the last event of a restore tells. */
export const restoreFinished = ({ target, outcome, verified, undoUntil }: Finished) => ({
  target: target ?? '/',
  exitCode: restoreExitCode({ outcome, verify: verified }),
  filesRestored: outcome.counts.create + outcome.counts.replace + outcome.counts.beside,
  bytesRestored: outcome.bytes,
  filesSkipped: outcome.counts.keep + outcome.counts.unchanged,
  counts: outcome.counts,
  failedCount: outcome.failedCount,
  differing: outcome.differing,
  failed: outcome.failed,
  verified,
  undoUntil: timestampOrNull(undoUntil),
});

export const restoreProgress = (progress: Progress) => ({
  percentage: progress.percentage === undefined ? null : Number(progress.percentage.toFixed(1)),
  filesProcessed: progress.filesProcessed,
  filesTotal: progress.filesTotal ?? null,
  bytesProcessed: progress.bytesProcessed,
  bytesTotal: progress.bytesTotal ?? null,
  errorCount: progress.errorCount,
});

/** 22 where the comparison was asked for and found something, else 1 if anything failed. */
export function restoreExitCode({ outcome, verify }: Pick<RestoreRecord, 'outcome' | 'verify'>): number {
  if (outcome === null || outcome.failedCount === 0) return exitCodes.done;
  return verify && outcome.differing > 0 ? exitCodes.differs : exitCodes.failed;
}

/** What would be done, an event each: first what is in the way. */
export function* plannedEvents({ plan, extras, obstacles }: PreparedRestore) {
  for (const { path, what } of obstacles) yield { type: 'restore.obstacle', path, what } as const;
  for (const { action, target, entry, yoursIsNewer } of plan.entries) {
    yield { type: 'restore.planned', action, path: target, size: entry.size, yoursIsNewer } as const;
  }
  for (const { place, bytes, files } of extras.removals) {
    const about = { action: 'remove', path: place, size: bytes, files, yoursIsNewer: false } as const;
    yield { type: 'restore.planned', ...about } as const;
  }
  for (const { path, reason } of extras.spared) yield { type: 'restore.spared', path, reason } as const;
}

/** A plan as one document, with at most so many entries. */
export const restorePlanDocument = (prepared: PreparedRestore, limit: number) => ({
  repository: prepared.request.repository,
  snapshot: prepared.request.snapshot.id,
  target: prepared.request.target ?? null,
  overwrite: prepared.request.mode,
  digest: prepared.digest,
  undoable: prepared.undoable,
  counts: prepared.plan.counts,
  bytes: prepared.plan.bytes,
  newer: prepared.plan.newer.length,
  removesAtMost: prepared.request.deletes === undefined ? null : prepared.removesAtMost,
  obstacles: prepared.obstacles,
  space: prepared.stages.map(({ places, bytes, freeBytes }) => ({
    near: places[0] ?? '/',
    needed: bytes,
    free: freeBytes,
  })),
  entriesTotal: prepared.plan.entries.length,
  entries: prepared.plan.entries.slice(0, limit).map(({ action, target, entry, yoursIsNewer }) => ({
    action,
    path: target,
    size: entry.size,
    yoursIsNewer,
  })),
  removalsTotal: prepared.extras.removals.length,
  removals: prepared.extras.removals.slice(0, limit).map(({ place, bytes, files }) => ({
    path: place,
    size: bytes,
    files,
  })),
  sparedTotal: prepared.extras.spared.length,
  spared: prepared.extras.spared.slice(0, limit),
});

export const restoreUndoneDocument = (id: string, { putBack, removed, left, leftCount }: Undone) => ({
  restore: id,
  exitCode: leftCount === 0 ? exitCodes.done : exitCodes.failed,
  putBack,
  removed,
  leftCount,
  left,
});
