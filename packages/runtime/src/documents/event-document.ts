import type { RunProgress, UmbraEvent } from '@umbracore/contracts';
import { timestamp } from './timestamp.ts';
import { repositoryDocument, runDocument, verificationDocument } from './run-document.ts';

/** An event as one line of `umbra.event/1`. */
export function eventDocument(event: UmbraEvent): Record<string, unknown> {
  return {
    schema: 'umbra.event/1',
    type: event.type,
    ...subjectOf(event),
    ...detailOf(event),
    time: timestamp(event.time),
  };
}

function subjectOf(event: UmbraEvent): Record<string, unknown> {
  return 'run' in event ? { run: event.run, job: event.job, repository: repositoryDocument(event.repository) } : {};
}

function detailOf(event: UmbraEvent): Record<string, unknown> {
  switch (event.type) {
    case 'run.queued':
      return {};
    case 'run.started':
      return { attempt: event.attempt, maxAttempts: event.maxAttempts };
    case 'run.adopted':
      return { attempt: event.attempt };
    case 'run.progress':
      return progressDocument(event.progress);
    case 'run.note':
      return { line: event.line };
    case 'run.verified':
      return { verify: verificationDocument(event.verification) };
    case 'run.retrying':
      return { attempt: event.attempt, retryAt: timestamp(event.retryAt), error: event.error };
    case 'run.cancelling':
      return { reason: event.reason };
    case 'run.finished': {
      const { id: _id, job: _job, repository: _repository, ...result } = runDocument(event.record);
      return result;
    }
    case 'locks.healed':
      return { repository: event.repository, locks: event.locks };
    case 'job.stale':
    case 'job.recovered':
    case 'schedule.repaired':
      return { job: event.job, text: event.text };
    case 'config.reloaded':
      return { file: event.file };
    case 'config.refused':
      return { error: event.error };
    case 'clock.jumped':
      return { byMs: event.byMs };
    case 'state.alarm':
      return { alarm: event.alarm };
  }
}

const rounded = (value: number | undefined, digits: number): number | null =>
  value === undefined ? null : Number(value.toFixed(digits));

/** Sizes in bytes, `eta` in seconds; null while unknown. */
const progressDocument = (progress: RunProgress) => ({
  phase: progress.phase,
  percentage: rounded(progress.percentage, 1),
  filesProcessed: progress.filesProcessed,
  filesTotal: progress.filesTotal ?? null,
  bytesProcessed: progress.bytesProcessed,
  bytesTotal: progress.bytesTotal ?? null,
  bytesPerSecond: rounded(progress.bytesPerSecond, 0),
  eta: rounded(progress.etaSeconds, 0),
  currentFiles: progress.currentFiles,
  errorCount: progress.errorCount,
});
