import type { Route } from '../http/route.ts';
import { cancel, cancelJob } from './cancel.ts';
import { showDiff, showGrowth } from './comparisons.ts';
import { findPaths, listByRef, listFolder } from './contents.ts';
import { listChains, showChain } from './chains.ts';
import { doctor } from './doctor.ts';
import { dump } from './dump.ts';
import { showCoverage } from './coverage.ts';
import { events } from './events.ts';
import { showForecast } from './forecast.ts';
import { showForget, undoForget } from './forget.ts';
import { health } from './health.ts';
import { explainJob, listJobs, showJob } from './jobs.ts';
import { metrics } from './metrics.ts';
import { listNotifications, previewNotification, testNotification } from './notifications.ts';
import { openapi } from './openapi.ts';
import { addRepositoryPassword, removeRepositoryPassword, rotateRepositoryPassword } from './passwords.ts';
import { pinSnapshot, unpinSnapshot } from './pins.ts';
import { reload } from './reload.ts';
import {
  changeMachineKey,
  dropCatalog,
  dropCatalogs,
  listPasswords,
  listRepositories,
  showCatalogs,
  showKit,
  showMachineKey,
  showRepository,
  showRepositoryStatistics,
  unlockRepository,
} from './repositories.ts';
import {
  adoptSnapshots,
  copySingleSnapshots,
  countRepository,
  createConfiguredRepository,
  repairRepository,
  updateCatalogOf,
  upgradeRepository,
  verifySingleRepository,
} from './repository-care.ts';
import { cancelRepositoryWork, listRepositoryWorks, showRepositoryWork } from './repository-works.ts';
import {
  beginRestore,
  cancelRestore,
  discardRestore,
  listRestores,
  planOfRestore,
  resumeRestore,
  showRestore,
  undoRestore,
} from './restores.ts';
import { requestRestoreTest } from './restore-tests.ts';
import { runLog } from './run-log.ts';
import { cancelRequest, requestRuns } from './run-requests.ts';
import { exportRuns, listRuns, showRun, showStatistics } from './runs.ts';
import { checkConfiguredSecrets, showSecrets } from './secrets.ts';
import { showSnapshots } from './snapshots.ts';
import { shownStatus, status } from './status.ts';
import { showThrottle, throttleRun } from './throttle.ts';

/** The whole API. */
export const routes: readonly Route[] = [
  health,
  metrics,
  openapi,
  status,
  shownStatus,
  listJobs,
  showJob,
  explainJob,
  listRuns,
  showStatistics,
  exportRuns,
  requestRuns,
  requestRestoreTest,
  showRun,
  runLog,
  cancel,
  cancelJob,
  cancelRequest,
  showThrottle,
  throttleRun,
  listChains,
  showChain,
  showForecast,
  showForget,
  undoForget,
  showSnapshots,
  findPaths,
  listByRef,
  listFolder,
  showGrowth,
  showDiff,
  showCoverage,
  pinSnapshot,
  unpinSnapshot,
  dump,
  planOfRestore,
  listRestores,
  beginRestore,
  showRestore,
  resumeRestore,
  cancelRestore,
  undoRestore,
  discardRestore,
  listRepositories,
  showRepository,
  unlockRepository,
  showCatalogs,
  dropCatalogs,
  dropCatalog,
  showKit,
  showRepositoryStatistics,
  listPasswords,
  showMachineKey,
  changeMachineKey,
  addRepositoryPassword,
  rotateRepositoryPassword,
  removeRepositoryPassword,
  verifySingleRepository,
  countRepository,
  repairRepository,
  upgradeRepository,
  copySingleSnapshots,
  createConfiguredRepository,
  adoptSnapshots,
  updateCatalogOf,
  listRepositoryWorks,
  showRepositoryWork,
  cancelRepositoryWork,
  doctor,
  listNotifications,
  previewNotification,
  testNotification,
  showSecrets,
  checkConfiguredSecrets,
  events,
  reload,
];
