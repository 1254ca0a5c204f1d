import {
  daemonDocument,
  notificationsDocument,
  quotaDocument,
  restoreLeftDocument,
  statusDocument,
} from '@umbracore/runtime/documents';
import { chosenJobs, daemonHealth, quotasOf, restoresLeftOf, statusOf, withMaxAge } from '@umbracore/runtime/history';
import type { Daemon } from './daemon.ts';

export interface StandingsOptions {
  /** Names of jobs; none for all. */
  readonly job?: readonly string[] | undefined;
  readonly maxAgeMs?: number | undefined;
}

/** How the jobs stand now, as `umbra.status/1` has it. */
export async function standingsOf({ runtime, live }: Daemon, { job = [], maxAgeMs }: StandingsOptions = {}) {
  const { store, clock, paths, processTable } = runtime;
  const now = clock.now();
  const history = { ...runtime, configuration: live.current };
  const jobs = chosenJobs(live.current, job).map((each) => withMaxAge(each, maxAgeMs));
  const healthRead = daemonHealth(paths.stateDir, processTable, now);
  const statuses = await statusOf(history, jobs, now);
  return {
    jobs: statuses.map(statusDocument),
    daemon: daemonDocument(await healthRead, live.refusal?.error.toRecord()),
    alarms: store.health.alarms,
    notifications: notificationsDocument(await runtime.notifications.figures()),
    quotas: (await quotasOf(history)).map(quotaDocument),
    restores: restoresLeftOf(runtime).map(restoreLeftDocument),
  };
}

/** What `standingsOf` finds. */
export type Standings = Awaited<ReturnType<typeof standingsOf>>;
