import { simulatedDocument, timestamp } from '@umbracore/runtime/documents';
import type { Preview } from './preview.ts';

export const previewDocument = (
  { from, until }: { readonly from: number; readonly until: number },
  { lanes, outside, conflicts, clockChanges }: Preview,
  zone: string,
) => ({
  from: timestamp(from),
  until: timestamp(until),
  zone,
  runs: lanes.map(({ run, job, stages, limits }) => ({ ...simulatedDocument(run), kind: job.kind, stages, limits })),
  outside,
  conflicts: conflicts.map(({ run, with: others, text, waitsMs }) => ({
    run: run.id,
    job: run.job,
    with: others.map(({ job }) => job),
    text,
    waits: waitsMs / 1000,
  })),
  clockChanges: clockChanges.map(({ at, ...change }) => ({ ...change, at: timestamp(at) })),
});
