import type { StateAlarm } from '@umbracore/contracts';
import {
  exitCodes,
  untoldText,
  type DaemonDocument,
  type NotificationsDocument,
  type QuotaDocument,
  type RestoreLeftDocument,
  type StatusDocument,
} from '@umbracore/runtime/documents';
import type { StatusFlags } from '../commands/status.ts';
import { tellAlarms } from '../output/alarms.ts';
import { printable } from '../output/printable.ts';
import { formatSize } from '../output/sizes.ts';
import type { Session } from '../session.ts';
import { daemonProblem, sayStatus, summary } from './show-status.ts';

/** `umbra.status/1`. */
export interface Standings {
  readonly jobs: readonly StatusDocument[];
  readonly daemon: DaemonDocument;
  readonly alarms: readonly StateAlarm[];
  /** Absent if a daemon of an earlier version answers. */
  readonly quotas?: readonly QuotaDocument[];
  readonly notifications?: NotificationsDocument | undefined;
  /** Restores that broke off. Absent if a daemon of an earlier version answers. */
  readonly restores?: readonly RestoreLeftDocument[];
}

/** As it is printed, whoever answered. */
export const standingsDocument = ({ quotas = [], restores = [], notifications, ...others }: Standings) => ({
  ...others,
  quotas,
  restores,
  notifications: notifications ?? null,
});

/** Says how the jobs stand, whoever found it out. Resolves to the exit code. */
export function answerStatus(
  session: Session,
  { jobs, daemon, alarms, quotas = [], notifications, restores = [] }: Standings,
  flags: StatusFlags,
): number {
  const { check = false, failed = false, maxAge } = flags;
  const problem = daemonProblem(daemon, session.now());
  const inNeed = jobs.filter((status) => needsYou(status, maxAge));
  const shown = failed ? inNeed : jobs;
  const untold = notifications === undefined ? undefined : untoldText(notifications, session.now());
  if (session.json)
    session.document('status', standingsDocument({ jobs: shown, daemon, alarms, quotas, notifications, restores }));
  else {
    if (session.verbosity >= 0 || inNeed.length > 0) sayStatus(session, shown);
    session.notice(summary(session, jobs, inNeed));
    tellAlarms(session, alarms);
    for (const quota of quotas.filter(({ tight }) => tight)) session.notice(quotaText(session, quota));
    for (const restore of restores) session.notice(restoreText(session, restore));
    if (untold !== undefined) session.notice(`${session.stderr.style.yellow(session.signs.attention)} ${untold}`);
    if (problem !== undefined) session.stderr.line(`${session.stderr.style.red(session.signs.bad)} ${problem}`);
  }
  const isWell = inNeed.length === 0 && alarms.length === 0 && problem === undefined && untold === undefined;
  return check && !isWell ? exitCodes.stale : exitCodes.done;
}

function quotaText({ stderr, signs }: Session, { repository, bytes, usedBytes }: QuotaDocument): string {
  const share = Math.round((100 * (usedBytes ?? 0)) / bytes);
  const text = `${repository} takes ${share} % of its quota of ${formatSize(bytes)}: umbra repo stats ${repository}`;
  return `${stderr.style.yellow(signs.attention)} ${text}`;
}

const restoreText = ({ stderr, signs }: Session, { text, fix }: RestoreLeftDocument): string =>
  `${stderr.style.yellow(signs.attention)} The restore of ${printable(text)}. Go on with it: ${fix}`;

/** Where an age is asked for, a job that never succeeded is too old. */
const needsYou = ({ standing, enabled, lastSuccess }: StatusDocument, maxAge: number | undefined): boolean =>
  standing === 'bad' || (maxAge !== undefined && enabled && lastSuccess === null);
