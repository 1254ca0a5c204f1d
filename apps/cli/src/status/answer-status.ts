import type { StateAlarm } from '@umbracore/contracts';
import { exitCodes, type DaemonDocument, type StatusDocument } from '@umbracore/runtime/documents';
import type { StatusFlags } from '../commands/status.ts';
import { tellAlarms } from '../output/alarms.ts';
import type { Session } from '../session.ts';
import { daemonProblem, sayStatus, summary } from './show-status.ts';

/** `umbra.status/1`. */
export interface Standings {
  readonly jobs: readonly StatusDocument[];
  readonly daemon: DaemonDocument;
  readonly alarms: readonly StateAlarm[];
}

/** Says how the jobs stand, whoever found it out. Resolves to the exit code. */
export function answerStatus(session: Session, { jobs, daemon, alarms }: Standings, flags: StatusFlags): number {
  const { check = false, failed = false, maxAge } = flags;
  const problem = daemonProblem(daemon, session.now());
  const inNeed = jobs.filter((status) => needsYou(status, maxAge));
  const shown = failed ? inNeed : jobs;
  if (session.json) session.document('status', { jobs: shown, daemon, alarms });
  else {
    if (session.verbosity >= 0 || inNeed.length > 0) sayStatus(session, shown);
    session.notice(summary(session, jobs, inNeed));
    tellAlarms(session, alarms);
    if (problem !== undefined) session.stderr.line(`${session.stderr.style.red(session.signs.bad)} ${problem}`);
  }
  const isWell = inNeed.length === 0 && alarms.length === 0 && problem === undefined;
  return check && !isWell ? exitCodes.stale : exitCodes.done;
}

/** Where an age is asked for, a job that never succeeded is too old. */
const needsYou = ({ standing, enabled, lastSuccess }: StatusDocument, maxAge: number | undefined): boolean =>
  standing === 'bad' || (maxAge !== undefined && enabled && lastSuccess === null);
