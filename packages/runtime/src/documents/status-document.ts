import { timestampOrNull } from './timestamp.ts';
import type { JobStatus } from '../status/judge.ts';
import { runDocument } from './run-document.ts';

/** One job and repository as `umbra.status/1` has it. */
export function statusDocument(status: JobStatus) {
  return {
    job: status.job.id,
    repository: status.repository,
    enabled: status.job.enabled,
    standing: status.standing,
    stale: status.stale,
    leftBehind: status.leftBehind,
    lastSuccess: status.lastSuccess === undefined ? null : runDocument(status.lastSuccess),
    lastAttempt: status.lastAttempt === undefined ? null : runDocument(status.lastAttempt),
    nextRun: timestampOrNull(status.next?.at),
    verifiedAt: timestampOrNull(status.verifiedAt),
    reason: status.reason ?? null,
    remedy: status.remedy ?? null,
  };
}
