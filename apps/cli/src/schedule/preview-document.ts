import { timestamp, timestampOrNull } from '@umbracore/runtime/documents';
import type { SimulatedRun } from '@umbracore/runtime/history';
import type { Preview } from './preview.ts';

/** A run of a forecast; `slot` is when it is due, `readyAt` when jitter and windows let it start. */
export const simulatedDocument = (run: SimulatedRun) => ({
  id: run.id,
  job: run.job,
  repository: run.repository === '' ? null : run.repository,
  trigger: run.trigger,
  parent: run.parent,
  slot: timestamp(run.slotAt),
  readyAt: timestamp(run.readyAt),
  startAt: timestampOrNull(run.startedAt),
  endAt: timestampOrNull(run.finishedAt),
  outcome: run.outcome,
  because: run.because === null ? null : { code: run.because.code, text: run.because.text },
  heldBy: run.held,
});

export const previewDocument = (
  { from, until }: { readonly from: number; readonly until: number },
  { lanes, conflicts, clockChanges }: Preview,
  zone: string,
) => ({
  from: timestamp(from),
  until: timestamp(until),
  zone,
  runs: lanes.map(({ run, job, stages, limits }) => ({ ...simulatedDocument(run), kind: job.kind, stages, limits })),
  conflicts: conflicts.map(({ run, with: others, text, waitsMs }) => ({
    run: run.id,
    job: run.job,
    with: others.map(({ job }) => job),
    text,
    waits: Math.round(waitsMs / 1000),
  })),
  clockChanges: clockChanges.map(({ at, ...change }) => ({ ...change, at: timestamp(at) })),
});
