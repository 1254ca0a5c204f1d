// A door of its own: behind it is nothing that runs jobs.
export { configurationFiles } from '@umbracore/config/memory';
export { exposedFiles, exposedText } from './exposed-files.ts';
export { openHistory, type History } from './open-history.ts';
export { daemonHealth, type DaemonHealth } from './status/daemon-health.ts';
export {
  chosenJobs,
  gatherStatus,
  stalenessOf,
  statusOf,
  withMaxAge,
  type JobStatus,
  type Staleness,
  type StatusSources,
} from './status/gather.ts';
export * from './refs/index.ts';
export * from './search/index.ts';
export * from './snapshots/index.ts';
export type { NextRun } from './status/next-run.ts';
export { countsAsSuccess, isInHands, leftBehindText, staleText, type Standing } from '@umbracore/coordinator-core';
export { chainNamed, chainsOf } from './status/chain-named.ts';
export { runsIn, statisticsOf } from '@umbracore/coordinator-core';
export { lastRunOf } from './status/chain-standing.ts';
export { knownCoverage, type CoverageSources, type KnownCoverage } from './status/known-coverage.ts';
export type { ReadParts } from './status/read-parts.ts';
export { allLeftBehind, runsLeftBehind } from './status/runs-left-behind.ts';
export { restoresKnown } from './status/restores-known.ts';
export { restoresLeftOf } from './status/restores-left.ts';
export { mendCommand } from './status/mend-command.ts';
export { lookAtRepository, type RepositoryLook } from './repositories/look-at-repository.ts';
export { foundDamage } from './repositories/found-damage.ts';
export { nextStartOf } from './status/next-start.ts';
export { jobNamed, repositoriesFor, repositoryNamed } from './status/names.ts';
export { chooseRuns, refuseTwoWays, type RunSources, type WantedJobs, type WantedRun } from './requests/choose-runs.ts';
export { refuseOptions } from './requests/refuse-options.ts';
export { chooseForgets, type WantedForget } from './requests/choose-forgets.ts';
export { drillFor, type WantedDrill } from './requests/choose-drill.ts';
export { forecast, type Forecast, type ForecastQuestion } from './forecast/forecast.ts';
export type { RunLengths } from './forecast/run-lengths.ts';
export { graphOf, stagesOf, waitedMs, type SimulatedRun } from '@umbracore/coordinator-core';
export { chainAsDot, chainAsMermaid, chainAsText, chainSteps, type ChainStep } from '@umbracore/coordinator-core';
export { adoptRepository, type Adoption } from './repositories/adopt.ts';
export { gatherFigures } from './repositories/gather-figures.ts';
export { quotasOf, type QuotaStatus } from './status/quotas.ts';
export { outboxFigures } from '@umbracore/notifications';
export { notifyOverview, testChannels, type WantedTest } from './notify/overview.ts';
export { notifyPreview } from './notify/preview.ts';
export { runsToThrottle, throttledRun, throttleOverview, type ThrottleSources } from './throttle/overview.ts';
