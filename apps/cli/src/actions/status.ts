import { daemonDocument, statusDocument } from '@umbracore/runtime/documents';
import type { Action } from '../command.ts';
import type { StatusFlags } from '../commands/status.ts';
import { statusByDaemon } from '../daemon/status-by-daemon.ts';
import { answerStatus } from '../status/answer-status.ts';

/** From the daemon where one works with the same configuration, else from the history itself: the answer is the same. */
export const action: Action<StatusFlags> = async (session, names, flags) => {
  const known = await statusByDaemon(session, names, flags);
  if (known !== undefined) return answerStatus(session, known, flags);
  const { chosenJobs, daemonHealth, statusOf, withMaxAge } = await import('../doors/history.ts');
  const history = await session.history();
  const { store, paths, processTable } = history;
  const now = session.now();
  const jobs = chosenJobs(history.configuration, names).map((job) => withMaxAge(job, flags.maxAge));
  const daemon = daemonDocument(await daemonHealth(paths.stateDir, processTable, now));
  const statuses = await statusOf(history, jobs, now);
  return answerStatus(session, { jobs: statuses.map(statusDocument), daemon, alarms: store.health.alarms }, flags);
};
