import type {
  JobId,
  RepositoryName,
  RunRecord,
  ThrottleLimits,
  ThrottleState,
  ThrottleWish,
} from '@umbracore/contracts';
import type { ThrottleOutlook } from '@umbracore/coordinator-core';
import { repositoryDocument } from './run-document.ts';

export type ThrottleDocument = ReturnType<typeof throttleDocument>;
export type LimitsDocument = ReturnType<typeof limitsDocument>;

/** What holds a run back, and why. Rates in bytes per second, `cpu` as a share of all processors; null is no limit. */
export const throttleDocument = ({ limits, because, unapplied }: ThrottleState) => ({
  limits: limitsDocument(limits),
  because,
  unapplied,
});

const limitsDocument = (limits: ThrottleLimits) => ({
  paused: limits.paused === true,
  priority: limits.priority ?? 'normal',
  ioPriority: limits.ioPriority ?? 'normal',
  cpu: limits.cpuShare ?? null,
  upload: limits.uploadBytesPerSecond ?? null,
  download: limits.downloadBytesPerSecond ?? null,
  readConcurrency: limits.readConcurrency ?? null,
});

/** A run that has not ended. */
export interface ThrottledRun {
  readonly record: RunRecord;
  readonly state: ThrottleState;
  readonly wish: ThrottleWish;
}

/** What a run of a job would be held to if it began now. */
export interface ThrottledJob {
  readonly job: JobId;
  readonly repository: RepositoryName;
  readonly outlook: ThrottleOutlook;
}

export type ThrottleOverviewDocument = ReturnType<typeof throttleOverviewDocument>;

/** `umbra.throttle/1` */
export const throttleOverviewDocument = (runs: readonly ThrottledRun[], jobs: readonly ThrottledJob[]) => ({
  runs: runs.map(({ record, state, wish }) => ({
    id: record.id,
    job: record.job,
    repository: repositoryDocument(record.repository),
    state: record.state,
    set: wish !== null,
    ...throttleDocument(state),
  })),
  jobs: jobs.map(({ job, repository, outlook }) => ({
    job,
    repository: repositoryDocument(repository),
    limits: limitsDocument(outlook.limits),
    because: outlook.because,
    sensors: outlook.sensors.map(({ who, kind, options, verdict, text }) => ({
      of: who,
      sensor: kind,
      options,
      verdict,
      text,
    })),
  })),
});
