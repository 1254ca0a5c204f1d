export { BackupCoordinator } from './coordinator.ts';
export type { RecoverOptions, RunRequest } from './coordinator.ts';
export type { PinRequest, PinResult } from './pins.ts';
export type { PreviewRequest, TakenBack } from './work/preview-forget.ts';
export { runsIn, statisticsOf } from './history-statistics.ts';
export { Retention } from './retention.ts';
export { snapshotStats } from './snapshot-stats.ts';
export type { HistoryQuery } from './history-query.ts';
export type { CoordinatorPorts } from './ports.ts';
export { BackupJob } from './backup-job.ts';
export type { BackupJobInit, RepositoryRef, ScheduleInit } from './backup-job.ts';
export { defineDrill } from './define-drill.ts';
export type { DrillInit } from './define-drill.ts';
export { defineRepository } from './define-repository.ts';
export type { RepositoryInit } from './define-repository.ts';
export { RetryStrategy } from './retry-strategy.ts';
export type { BackoffInit } from './retry-strategy.ts';
export type { Duration } from './duration.ts';
export type { BackupRun } from './backup-run.ts';
export { toBackupRun, worstOf } from './backup-run.ts';
export { RunHandle } from './run-handle.ts';
export type { BackupProgress } from './run-handle.ts';
export { newRunId } from './run-id.ts';
export { logOfRun } from './run-log.ts';
export { removeFolder } from './drill/sandbox.ts';
export type { Recovered } from './recovery.ts';
export { ownRepository } from './own-repository.ts';
export type { OwnRepository } from './own-repository.ts';
export { decide } from './decide.ts';
export type { Decision, DecisionFacts, OpenRun, QueuedRun, Reason, Verdict } from './decide.ts';
export { accountSlots } from './dispatch/account-slots.ts';
export type { AccountedSlot, SlotAccount, SlotQuestion } from './dispatch/account-slots.ts';
export { accountingOf } from './dispatch/accounting.ts';
export type { AccountingParts } from './dispatch/accounting.ts';
export { admit } from './dispatch/admit.ts';
export type { Admission, Demand, Shortage } from './dispatch/admit.ts';
export { capacitiesOf, resourcesOf } from './dispatch/resources.ts';
export type { Capacities } from './dispatch/resources.ts';
export { Dispatcher } from './dispatch/dispatcher.ts';
export { runsForAtLeast } from './dispatch/at-least.ts';
export { nextStart } from './dispatch/next-start.ts';
export type { NextStart, NextStartFacts } from './dispatch/next-start.ts';
export type { DueOptions } from './dispatch/run-due.ts';
export type { Definitions } from './dispatch/settings.ts';
export { recover } from './recover.ts';
export type { RecoveryAction, RecoveryFacts } from './recover.ts';
export { copiedUpTo, copyLag, type CopyLag } from './copy-lag.ts';
export { countsAsSuccess, isStale, judge, leftBehindText, savesData, staleText } from './protection.ts';
export type {
  Judgement,
  Protection,
  ProtectionCode,
  ProtectionFacts,
  ProtectionReason,
  StaleFacts,
  Standing,
} from './protection.ts';
export type { Throttling, ThrottleOutlook } from './throttle/throttling.ts';
export { drillStanding } from './drill/standing.ts';
export { copiesIn } from './work/missing-snapshots.ts';
export { isMended } from './work/known-damage.ts';
export { repairCommand } from './mend-command.ts';
export type { DrillProof, DrillStanding } from './drill/standing.ts';
export { intervalAround, rhythmOf, rhythmsIn, staleAfter } from './staleness.ts';
export type { Rhythm } from './staleness.ts';
export { isInHands } from './owner.ts';
export { graphOf, topologicalOrder, bracketOf } from './chain/graph.ts';
export type { ChainGraph, Link } from './chain/graph.ts';
export { chainProblems, checkChain, circleOfJobs } from './chain/problems.ts';
export type { ChainProblem } from './chain/problems.ts';
export { chainAsDot, chainAsMermaid, chainAsText, chainSteps, stagesOf } from './chain/render.ts';
export type { ChainStep } from './chain/render.ts';
export { hasChanged } from './chain/has-changed.ts';
export { conditionHolds, walk } from './chain/walk.ts';
export type { ChainMoment, NodeState, SkippedNode, WalkStep } from './chain/walk.ts';
export { reportOn, waitedMs } from './simulation/report.ts';
export type { JobLoad, LostLoad, ReportSetting, ResourceLoad, SimulationReport } from './simulation/report.ts';
export type { Burst } from './simulation/bursts.ts';
export { seededRandom } from './simulation/seeded-random.ts';
export { simulate } from './simulation/simulate.ts';
export type { Simulation, SimulationInput } from './simulation/simulate.ts';
export type { Course, CourseOf, Hold, SimulatedRun } from './simulation/simulated-run.ts';
