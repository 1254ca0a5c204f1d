import { isTerminal, UmbraError } from '@umbracore/contracts';
import type {
  BackupStats,
  ErrorRecord,
  JobId,
  RepositoryName,
  RunId,
  RunOutcome,
  RunReason,
  RunRecord,
  RunReport,
  Trigger,
  UnreadableItem,
  VerificationRecord,
} from '@umbracore/contracts';

/** A run that has ended, as a program sees it. */
export interface BackupRun {
  readonly id: RunId;
  readonly jobId: JobId;
  readonly repository: RepositoryName;
  readonly trigger: Trigger;
  readonly outcome: RunOutcome;
  /** How many times it was tried. */
  readonly attempts: number;
  readonly queuedAt: Date;
  /** Undefined if no attempt was made. */
  readonly startedAt: Date | undefined;
  readonly finishedAt: Date;
  readonly snapshotId: string | undefined;
  readonly stats: BackupStats | undefined;
  /** What could not be read; the list is bounded, the count is not. */
  readonly unreadable: readonly UnreadableItem[];
  readonly unreadableCount: number;
  readonly suspicions: readonly string[];
  readonly verification: VerificationRecord | undefined;
  readonly error: UmbraError | undefined;
  /** What it did, in the words of its kind; undefined if it did nothing. */
  readonly report: RunReport | undefined;
  /** Why it was skipped or missed. */
  readonly because: RunReason | undefined;
  /** Everything, as the store keeps it. */
  readonly record: RunRecord;
}

/** Throws `internal` for a run that has not ended. */
export function toBackupRun(record: RunRecord): BackupRun {
  if (!isTerminal(record.state)) throw new UmbraError('internal', `Run ${record.id} has not ended`);
  return {
    id: record.id,
    jobId: record.job,
    repository: record.repository,
    trigger: record.trigger,
    outcome: record.state,
    attempts: record.attempts.length,
    queuedAt: new Date(record.queuedAt),
    startedAt: record.startedAt === null ? undefined : new Date(record.startedAt),
    finishedAt: new Date(record.finishedAt ?? record.queuedAt),
    snapshotId: record.snapshot ?? undefined,
    stats: record.stats ?? undefined,
    unreadable: record.unreadable,
    unreadableCount: record.unreadableCount,
    suspicions: record.suspicions,
    verification: record.verification ?? undefined,
    error: record.error === null ? undefined : fromRecord(record.error),
    report: record.report ?? undefined,
    because: record.because ?? undefined,
    record,
  };
}

const fromRecord = ({ code, message, hint }: ErrorRecord): UmbraError =>
  new UmbraError(code, message, hint === null ? {} : { hint });

const badness: Readonly<Record<RunOutcome, number>> = {
  failed: 5,
  cancelled: 4,
  warning: 3,
  missed: 2,
  skipped: 1,
  succeeded: 0,
};

/** The run that a person has to know of first. */
export const worstOf = (runs: readonly BackupRun[]): BackupRun | undefined =>
  runs.reduce<BackupRun | undefined>(
    (worst, run) => (worst === undefined || badness[run.outcome] > badness[worst.outcome] ? run : worst),
    undefined,
  );
