import type { ErrorRecord } from '@umbracore/contracts';
import type { RestoreRecord } from '@umbracore/restore';
import type { DaemonHealth } from '../status/daemon-health.ts';
import type { DrillStanding } from '@umbracore/coordinator-core';
import type { JobStatus } from '../status/gather.ts';
import type { QuotaStatus } from '../status/quotas.ts';
import { tellLeft } from '../status/restores-left.ts';
import { upstreamOf } from './job-document.ts';
import { timestamp, timestampOrNull } from './timestamp.ts';
import { repositoryDocument, runDocument } from './run-document.ts';

export type StatusDocument = ReturnType<typeof statusDocument>;

/** One job and repository as `umbra.status/1` has it; `reason` and `remedy` are those of the first of `reasons`. */
export function statusDocument(status: JobStatus) {
  const [first] = status.reasons;
  return {
    job: status.job.id,
    kind: status.job.kind,
    repository: repositoryDocument(status.repository),
    enabled: status.job.enabled,
    protection: status.protection ?? null,
    standing: status.standing,
    stale: status.stale,
    leftBehind: status.leftBehind,
    lastSuccess: status.lastSuccess === undefined ? null : runDocument(status.lastSuccess),
    lastAttempt: status.lastAttempt === undefined ? null : runDocument(status.lastAttempt),
    nextRun: timestampOrNull(status.next?.at),
    after: upstreamOf(status.job),
    verifiedAt: timestampOrNull(status.provenAt),
    restoreTest: restoreTestDocument(status.drills),
    behind:
      status.lag === undefined ? null : { snapshots: status.lag.snapshots, since: timestampOrNull(status.lag.since) },
    reason: first?.text ?? null,
    remedy: first?.remedy ?? null,
    reasons: status.reasons.map(({ code, text, remedy }) => ({ code, text, remedy: remedy ?? null })),
  };
}

/** The newest drill in which its files came back as they were saved; null if there was none. */
function restoreTestDocument({ proof }: DrillStanding) {
  if (proof === undefined) return null;
  const { run, at, proven, recoveryMs } = proof;
  return { run: run.id, at: timestamp(at), proven, recovery: recoveryMs === null ? null : recoveryMs / 1000 };
}

/** How much of a quota is taken, as it stands in `quotas` of `umbra.status/1`. */
export const quotaDocument = ({ repository, quotaBytes, usedBytes, isTight }: QuotaStatus) => ({
  repository,
  bytes: quotaBytes,
  usedBytes: usedBytes ?? null,
  tight: isTight,
});

export type QuotaDocument = ReturnType<typeof quotaDocument>;

/** A restore that broke off, as it stands in `restores` of `umbra.status/1`. */
export const restoreLeftDocument = (record: RestoreRecord) => ({
  id: record.id,
  state: record.state,
  createdAt: timestamp(record.createdAt),
  repository: record.repository,
  snapshot: record.snapshot,
  target: record.target,
  ...tellLeft(record),
});

export type RestoreLeftDocument = ReturnType<typeof restoreLeftDocument>;

export type DaemonDocument = ReturnType<typeof daemonDocument>;

/** Null if there is no daemon, and none is missed. `refused`: why it does not work with the configuration on disk. */
export function daemonDocument({ state, pid, heartbeatAt, nextAt }: DaemonHealth, refused?: ErrorRecord) {
  if (state === 'absent') return null;
  return {
    state,
    pid: pid ?? null,
    heartbeatAt: timestampOrNull(heartbeatAt),
    nextAt: timestampOrNull(nextAt),
    refused: refused ?? null,
  };
}
