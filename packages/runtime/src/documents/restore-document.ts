import type { Obstacle, PreparedRestore, RestoreOutcome, RestorePlan, RestoreRecord, Undone } from '@umbracore/restore';
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

/** What happened, as the last event tells it. */
export function restoreFinished(record: RestoreRecord) {
  const { outcome, target, verify } = record;
  const counts = outcome?.counts ?? record.planned;
  return {
    type: 'restore.finished',
    restore: record.id,
    target: target ?? '/',
    exitCode: restoreExitCode(record),
    filesRestored: counts.create + counts.replace + counts.beside,
    bytesRestored: outcome?.bytes ?? 0,
    filesSkipped: counts.keep + counts.unchanged,
    counts,
    failedCount: outcome?.failedCount ?? 0,
    differing: outcome?.differing ?? 0,
    failed: outcome?.failed ?? [],
    verified: verify,
    undoUntil: timestampOrNull(record.keepUntil),
  } as const;
}

/** 22 where the comparison was asked for and found something, else 1 if anything failed. */
export function restoreExitCode({ outcome, verify }: RestoreRecord): number {
  if (outcome === null || outcome.failedCount === 0) return exitCodes.done;
  return verify && outcome.differing > 0 ? exitCodes.differs : exitCodes.failed;
}

/** What would be done, an event each: first what is in the way. */
export function* plannedEvents(plan: RestorePlan, obstacles: readonly Obstacle[]) {
  for (const { path, what } of obstacles) yield { type: 'restore.obstacle', path, what } as const;
  for (const { action, target, entry, yoursIsNewer } of plan.entries) {
    yield { type: 'restore.planned', action, path: target, size: entry.size, yoursIsNewer } as const;
  }
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
});

export const restoreUndoneDocument = (id: string, { putBack, removed, left, leftCount }: Undone) => ({
  restore: id,
  exitCode: leftCount === 0 ? exitCodes.done : exitCodes.failed,
  putBack,
  removed,
  leftCount,
  left,
});
