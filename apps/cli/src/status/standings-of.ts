import {
  daemonDocument,
  notificationsDocument,
  quotaDocument,
  restoreLeftDocument,
  statusDocument,
} from '@umbracore/runtime/documents';
import type { StatusFlags } from '../commands/status.ts';
import { statusByDaemon } from '../daemon/status-by-daemon.ts';
import type { Session } from '../session.ts';
import type { Standings } from './answer-status.ts';

/** From the daemon where one works with the same configuration, else from the history itself: the answer is the same. */
export async function standingsOf(session: Session, names: readonly string[], flags: StatusFlags): Promise<Standings> {
  const known = await statusByDaemon(session, names, flags);
  if (known !== undefined) return known;
  const { chosenJobs, daemonHealth, outboxFigures, quotasOf, restoresLeftOf, statusOf, withMaxAge } =
    await import('../doors/history.ts');
  const history = await session.history();
  const { store, paths, processTable } = history;
  const now = session.now();
  const jobs = chosenJobs(history.configuration, names).map((job) => withMaxAge(job, flags.maxAge));
  const daemon = daemonDocument(await daemonHealth(paths.stateDir, processTable, now));
  const statuses = await statusOf(history, jobs, now);
  const quotas = (await quotasOf(history)).map(quotaDocument);
  const notifications = notificationsDocument(await outboxFigures(store.outbox, now));
  const restores = restoresLeftOf(history).map(restoreLeftDocument);
  return { jobs: statuses.map(statusDocument), daemon, alarms: store.health.alarms, quotas, notifications, restores };
}
