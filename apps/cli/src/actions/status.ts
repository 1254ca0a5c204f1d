import { isTerminal } from '@umbracore/contracts';
import type { Action } from '../command.ts';
import type { StatusFlags } from '../commands/status.ts';
import { tellAlarms } from '../output/alarms.ts';
import { printable } from '../output/printable.ts';
import { colouredSign, outcomeWord } from '../output/standing.ts';
import { relativeTime } from '../output/times.ts';
import type { Session } from '../session.ts';
import { exitCodes, runExitCode, statusDocument } from '@umbracore/runtime/documents';
import { type JobStatus, gatherStatus } from '@umbracore/runtime/history';

export const action: Action<StatusFlags> = async (session, names, { check = false, failed = false }) => {
  const history = await session.history();
  const all = await gatherStatus(history, names, session.now());
  const inNeed = all.filter(({ standing }) => standing === 'bad');
  const shown = failed ? inNeed : all;
  const { alarms } = history.store.health;
  if (session.json) session.document('status', { jobs: shown.map(statusDocument), alarms });
  else show(session, shown, all, inNeed);
  if (!session.json) tellAlarms(session, alarms);
  return check && (inNeed.length > 0 || alarms.length > 0) ? exitCodes.stale : exitCodes.done;
};

const columns = [
  { title: '', tight: true },
  { title: 'job' },
  { title: 'repository' },
  { title: 'last success' },
  { title: 'last attempt' },
  { title: 'next' },
  { title: 'verified' },
  { title: '' },
];

function show(session: Session, shown: readonly JobStatus[], all: readonly JobStatus[], inNeed: readonly JobStatus[]) {
  const quiet = session.verbosity < 0;
  if (!quiet || inNeed.length > 0) {
    const withRepository = session.globals.plain === true || all.some(({ job }) => job.repositories.length > 1);
    session.sayTable(
      columns,
      shown.map((status) => rowOf(session, status, withRepository)),
    );
  }
  if (!quiet) session.notice(summary(session, all, inNeed));
}

function rowOf(session: Session, status: JobStatus, withRepository: boolean): string[] {
  const { style } = session.stdout;
  const { none } = session.signs;
  const now = session.now();
  const ago = (instant: number | null | undefined): string =>
    instant === null || instant === undefined ? none : relativeTime(instant, now);
  const success = ago(status.lastSuccess?.finishedAt);
  return [
    colouredSign(session, status.standing),
    status.job.enabled ? style.bold(status.job.id) : `${status.job.id} (disabled)`,
    withRepository ? status.repository : '',
    status.stale ? `${success} ${style.red('STALE')}` : success,
    attemptText(status, now, none),
    status.next?.isDue === true ? style.yellow('due now') : ago(status.next?.at),
    ago(status.verifiedAt),
    style.dim(printable(status.reason?.split('\n')[0] ?? '')),
  ];
}

function attemptText({ lastAttempt: run, leftBehind }: JobStatus, now: number, none: string): string {
  if (run === undefined) return none;
  if (!isTerminal(run.state)) return leftBehind ? 'interrupted' : run.state;
  const code = run.state === 'failed' ? ` (${runExitCode(run) ?? exitCodes.failed})` : '';
  return `${relativeTime(run.finishedAt ?? run.queuedAt, now)}, ${outcomeWord(run.state)}${code}`;
}

function summary(session: Session, all: readonly JobStatus[], inNeed: readonly JobStatus[]): string {
  const { style } = session.stderr;
  const total = `${all.length} ${all.length === 1 ? 'job' : 'jobs'}`;
  const [first] = inNeed;
  if (first !== undefined) {
    const verb = inNeed.length === 1 ? 'needs' : 'need';
    return (
      style.red(`${inNeed.length} of ${total} ${verb} you`) + `: ${first.remedy ?? `umbra history ${first.job.id}`}`
    );
  }
  const watched = all.filter(({ standing }) => standing === 'attention');
  const running = all.filter(({ lastAttempt, leftBehind }) => lastAttempt?.state === 'running' && !leftBehind).length;
  const tail = running === 0 ? '' : all.length === 1 ? ', and running' : `; ${running} running`;
  if (watched.length === 0) {
    return style.green(all.length === 1 ? `The job is well${tail}.` : `All ${total} are well${tail}.`);
  }
  const [look] = watched;
  return `${watched.length} of ${total} ${watched.length === 1 ? 'is' : 'are'} worth a look: ${look?.remedy ?? ''}`;
}
