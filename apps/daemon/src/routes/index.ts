import type { Route } from '../http/route.ts';
import { cancel } from './cancel.ts';
import { events } from './events.ts';
import { health } from './health.ts';
import { reload } from './reload.ts';
import { runLog } from './run-log.ts';
import { cancelRequest, requestRuns } from './run-requests.ts';
import { listRuns, showRun } from './runs.ts';
import { status } from './status.ts';

/** The whole API. */
export const routes: readonly Route[] = [
  health,
  status,
  listRuns,
  requestRuns,
  showRun,
  runLog,
  cancel,
  cancelRequest,
  reload,
  events,
];
