import type { JobDefinition } from '@umbracore/contracts';
import { daemonDocument, exitCodes, statusDocument } from '@umbracore/runtime/documents';
import { chosenJobs, daemonHealth, statusOf, type JobStatus } from '@umbracore/runtime/history';
import type { Action } from '../command.ts';
import type { StatusFlags } from '../commands/status.ts';
import { tellAlarms } from '../output/alarms.ts';
import { daemonProblem, sayStatus, summary } from '../status/show-status.ts';

export const action: Action<StatusFlags> = async (session, names, { check = false, failed = false, maxAge }) => {
  const history = await session.history();
  const { store, paths, processTable } = history;
  const now = session.now();
  const jobs = chosenJobs(history.configuration, names).map((job) => withMaxAge(job, maxAge));
  const all = await statusOf(history, jobs, now);
  const daemon = await daemonHealth(paths.stateDir, processTable, now);
  const problem = daemonProblem(daemon, now);
  const inNeed = all.filter((status) => needsYou(status, maxAge));
  const shown = failed ? inNeed : all;
  const { alarms } = store.health;
  if (session.json) {
    session.document('status', { jobs: shown.map(statusDocument), daemon: daemonDocument(daemon), alarms });
  } else {
    if (session.verbosity >= 0 || inNeed.length > 0) sayStatus(session, shown);
    session.notice(summary(session, all, inNeed));
    tellAlarms(session, alarms);
    if (problem !== undefined) session.stderr.line(`${session.stderr.style.red(session.signs.bad)} ${problem}`);
  }
  const isWell = inNeed.length === 0 && alarms.length === 0 && problem === undefined;
  return check && !isWell ? exitCodes.stale : exitCodes.done;
};

/** An age that the call asks for goes before what the job says itself. */
const withMaxAge = (job: JobDefinition, maxAge: number | undefined): JobDefinition =>
  maxAge === undefined ? job : { ...job, staleAfterMs: maxAge };

/** Where an age is asked for, a job that never succeeded is too old. */
const needsYou = ({ standing, job, lastSuccess }: JobStatus, maxAge: number | undefined): boolean =>
  standing === 'bad' || (maxAge !== undefined && job.enabled && lastSuccess === undefined);
