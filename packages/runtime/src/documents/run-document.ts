import {
  isTerminal,
  nodeOf,
  type AttemptRecord,
  type BackupReport,
  type BackupStats,
  type CopyReport,
  type DrillReport,
  type RepositoryName,
  type RunId,
  type RunReason,
  type RunRecord,
  type RunReport,
  type StepRecord,
  type VerificationRecord,
} from '@umbracore/contracts';
import { exitCodeOf } from './exit-codes.ts';
import { coverageDocument } from './coverage-document.ts';
import { seconds, timestamp, timestampOrNull } from './timestamp.ts';

/** The exit code that a run stands for; null while it goes on. */
export const runExitCode = (record: RunRecord): number | null =>
  isTerminal(record.state) ? exitCodeOf(record.state, record.error?.exitCode) : null;

export const isDryRun = ({ plan }: RunRecord): boolean => plan.options.dryRun === true;

/**
 * Milliseconds from start to end; undefined while it goes on or if it never started, and if the clock was set back
 * meanwhile so that nobody can tell.
 */
export const runLengthMs = ({
  startedAt,
  finishedAt,
}: Pick<RunRecord, 'startedAt' | 'finishedAt'>): number | undefined =>
  startedAt === null || finishedAt === null || finishedAt < startedAt ? undefined : finishedAt - startedAt;

export type RunDocument = ReturnType<typeof runDocument>;

/** A run as `history`, `show` and `run` print it under `--json`. */
export function runDocument(record: RunRecord) {
  const lengthMs = runLengthMs(record);
  return {
    id: record.id,
    job: record.job,
    kind: record.plan.job.kind,
    repository: repositoryDocument(record.repository),
    trigger: record.trigger,
    parent: record.parent,
    node: nodeOf(record) ?? null,
    dryRun: isDryRun(record),
    slot: timestampOrNull(record.slotAt),
    state: record.state,
    queuedAt: timestamp(record.queuedAt),
    startedAt: timestampOrNull(record.startedAt),
    finishedAt: timestampOrNull(record.finishedAt),
    retryAt: timestampOrNull(record.retryAt),
    duration: lengthMs === undefined ? null : seconds(lengthMs),
    outcome: isTerminal(record.state) ? record.state : null,
    exitCode: runExitCode(record),
    attempts: record.attempts.map(attemptDocument),
    snapshot: record.snapshot,
    stats: record.stats === null ? null : statsDocument(record.stats),
    throttle: {
      upload: record.plan.options.uploadBytesPerSecond ?? record.plan.job.limits.uploadBytesPerSecond ?? null,
    },
    verify: record.verification === null ? null : verificationDocument(record.verification),
    unreadable: record.unreadable.map(({ path, reason }) => ({ path, reason })),
    unreadableCount: record.unreadableCount,
    suspicions: record.suspicions,
    hookFailures: record.hookFailures ?? [],
    because: record.because === null ? null : reasonDocument(record.because),
    report: record.report === null ? null : reportDocument(record.report),
    error: record.error,
  };
}

/** A run as it stands where a history is read: of one that has not ended also whether anybody works on it still. */
export const standingRunDocument = (record: RunRecord, leftBehind: ReadonlySet<RunId>) => ({
  ...runDocument(record),
  leftBehind: leftBehind.has(record.id),
});

/** Times and lengths of time as all documents have them. */
function reportDocument(report: RunReport) {
  if (report.kind === 'copy') return copyDocument(report);
  if (report.kind === 'backup') return backupDocument(report);
  if (report.kind === 'check') return checkDocument(report);
  return report.kind === 'drill' ? drillDocument(report) : report;
}

const checkDocument = ({ check, engine = true, ...report }: Extract<RunReport, { readonly kind: 'check' }>) => ({
  ...report,
  engine,
  check: newCheckDocument(check),
});

/** Null where nobody checked what is new. */
export const newCheckDocument = (check: VerificationRecord['check']) =>
  check === undefined ? null : { read: check.read, notes: check.notes, coverage: coverageDocument(check.coverage) };

const backupDocument = (report: BackupReport) => {
  const { base } = report;
  return {
    ...report,
    base: base === null ? null : { snapshot: base.snapshot, time: timestamp(base.at), number: base.number },
  };
};

const drillDocument = ({ restoreMs, snapshots, byCopy = 0, copies = [], ...report }: DrillReport) => ({
  ...report,
  byCopy,
  copies,
  duration: seconds(restoreMs),
  snapshots: snapshots.map(({ recoveryMs, ...snapshot }) => ({
    ...snapshot,
    recovery: recoveryMs === null ? null : seconds(recoveryMs),
  })),
});

function copyDocument({ kind, copied, passedOver = 0, compared = 0, different = [], upTo = {} }: CopyReport) {
  const times = Object.entries(upTo).map(([job, at]) => [job, timestamp(at)] as const);
  return { kind, copied, passedOver, compared, different, upTo: Object.fromEntries(times) };
}

/** Null for a kind that works on none. */
export const repositoryDocument = (name: RepositoryName): RepositoryName | null => (name === '' ? null : name);

const reasonDocument = ({ code, text, alsoStandsFor }: RunReason) => ({
  code,
  text,
  alsoStandsFor: alsoStandsFor === null ? null : { count: alsoStandsFor.count, first: timestamp(alsoStandsFor.first) },
});

const attemptDocument = ({ number, startedAt, finishedAt, outcome, error }: AttemptRecord) => ({
  n: number,
  startedAt: timestamp(startedAt),
  finishedAt: timestampOrNull(finishedAt),
  outcome,
  error,
});

const statsDocument = (stats: BackupStats) => ({
  filesNew: stats.filesNew,
  filesChanged: stats.filesChanged,
  filesUnmodified: stats.filesUnmodified,
  filesProcessed: stats.filesProcessed,
  bytesProcessed: stats.bytesProcessed,
  bytesAdded: stats.bytesAdded,
  bytesStored: stats.bytesStored ?? null,
  duration: seconds(stats.durationMs),
});

export const verificationDocument = ({ level, ok, problems, check, finishedAt }: VerificationRecord) => ({
  level,
  ok,
  problems,
  check: newCheckDocument(check),
  finishedAt: timestamp(finishedAt),
});

export const stepDocument = ({ attempt, sequence, kind, stage, at, detail }: StepRecord) => ({
  sequence,
  attempt,
  kind,
  stage,
  time: timestamp(at),
  detail,
});
