// A door of its own: what programs are shown, without anything that could run a job.
export {
  catalogDocument,
  catalogUpdateDocument,
  type CatalogUpdate,
  type CatalogUpdateDocument,
} from './catalog-document.ts';
export { chainDocument, chainOverview, type ChainStanding } from './chain-document.ts';
export { doctorDocument, doctorExitCode, type DoctorDocument, type DoctorReport } from './doctor-document.ts';
export { errorDocument, stackOf } from './error-document.ts';
export {
  eventDocument,
  progressDocument,
  type EventDocument,
  type EventDocumentOf,
  type ProgressDocument,
} from './event-document.ts';
export {
  explainDocument,
  explainExitCode,
  releaseOf,
  type ExplainDocument,
  type Explained,
} from './explain-document.ts';
export { failureDocument, type RepositoryFailure } from './failure-document.ts';
export { searchDocument, type FindDocument } from './find-document.ts';
export { growthDocument, type GrowthDocument } from './growth-document.ts';
export {
  documentTeller,
  type DiffDocument,
  type DiffHead,
  type DiffSummary,
  type DiffTeller,
} from './diff-document.ts';
export { forgetDocument, forgetExitCode, forgetUndoneDocument, type ForgetDocument } from './forget-document.ts';
export { pinResultDocument } from './pin-document.ts';
export { coverageDocument, coveragesDocument, type CoverageDocument } from './coverage-document.ts';
export { historyFormats, historyLines, mediaTypeOf, type HistoryFormat } from './history-lines.ts';
export {
  plannedEvents,
  restoreDocument,
  restoreExitCode,
  restoreProgress,
  restorePlanDocument,
  restoreUndoneDocument,
  type RestoreDocument,
} from './restore-document.ts';
export {
  mendStepDocument,
  passwordDocument,
  percentOf,
  repairDocument,
  snapshotCopiesDocument,
  verifyDocument,
  type MendStepDocument,
  type PasswordChange,
  type RepairDocument,
  type VerifyDocument,
} from './care-documents.ts';
export { isSameKey, machineKeyDocument, passwordsDocument } from './key-documents.ts';
export { workDocument, workProgress, type WorkDocument } from './work-document.ts';
export {
  adoptedDocument,
  createdDocument,
  repositoryLookDocument,
  unlockDocument,
  upgradedDocument,
} from './repository-document.ts';
export { repositoriesDocument } from './repositories-document.ts';
export { shownLocation } from './shown-location.ts';
export { repositoryFiguresDocument, type RepositoryFiguresDocument } from './repository-figures-document.ts';
export { statisticsDocument } from './statistics-document.ts';
export { lsDocument, type LsDocument } from './ls-document.ts';
export { jobDocument, upstreamOf } from './job-document.ts';
export { exitCodeOf, exitCodes, worstOf } from './exit-codes.ts';
export {
  isDryRun,
  newCheckDocument,
  repositoryDocument,
  runDocument,
  standingRunDocument,
  runExitCode,
  runLengthMs,
  stepDocument,
  verificationDocument,
  type RunDocument,
} from './run-document.ts';
export { simulatedDocument } from './simulated-run-document.ts';
export { snapshotsDocument, type SnapshotDocument, type SnapshotsDocument } from './snapshot-document.ts';
export { shownRunDocument } from './shown-run.ts';
export {
  daemonDocument,
  quotaDocument,
  restoreLeftDocument,
  statusDocument,
  type QuotaDocument,
  type RestoreLeftDocument,
  type DaemonDocument,
  type StatusDocument,
} from './status-document.ts';
export {
  throttleDocument,
  throttleOverviewDocument,
  type LimitsDocument,
  type ThrottleDocument,
  type ThrottledJob,
  type ThrottledRun,
  type ThrottleOverviewDocument,
} from './throttle-document.ts';
export { timestamp, timestampOrNull } from './timestamp.ts';
export {
  deliveryDocument,
  noticeDocument,
  notificationsDocument,
  notifyDocument,
  notifyPreviewDocument,
  notifyTestDocument,
  ruleDocument,
  type DeliveryDocument,
  type NotificationsDocument,
  type NotifyOverview,
  type NotifyPreview,
  type NotifyTest,
} from './notifications-document.ts';
export { untoldText } from './untold-text.ts';
export {
  referenceText,
  secretCheckDocument,
  secretsDocument,
  type SecretCheck,
  type SecretsListed,
} from './secrets-document.ts';
