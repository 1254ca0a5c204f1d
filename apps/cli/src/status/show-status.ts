import { isTerminal } from '@umbracore/contracts';
import { exitCodes, runExitCode } from '@umbracore/runtime/documents';
import type { DaemonHealth, JobStatus } from '@umbracore/runtime/history';
import { printable } from '../output/printable.ts';
import { colouredSign, outcomeWord } from '../output/standing.ts';
import { relativeTime } from '../output/times.ts';
import type { Session } from '../session.ts';

const columns = [
  { title: '', tight: true },
  { title: 'job' },
  { title: 'repository' },
  { title: 'last success' },
  { title: 'last attempt' },
  { title: 'next' },
  { title: 'verified' },
  { title: 'protection' },
  { title: '' },
];

/** The table, what needs somebody first. */
export function sayStatus(session: Session, shown: readonly JobStatus[]): void {
  const withRepository = session.globals.plain === true || shown.some(({ job }) => job.repositories.length > 1);
  const rows = [...shown].sort(byUrgency).map((status) => rowOf(session, status, withRepository));
  session.sayTable(columns, rows);
}

const urgencies: readonly JobStatus['standing'][] = ['bad', 'attention', 'good'];
const byUrgency = (one: JobStatus, other: JobStatus): number =>
  urgencies.indexOf(one.standing) - urgencies.indexOf(other.standing);

function rowOf(session: Session, status: JobStatus, withRepository: boolean): string[] {
  const { style } = session.stdout;
  const { none } = session.signs;
  const now = session.now();
  const ago = (instant: number | null | undefined): string =>
    instant === null || instant === undefined ? none : relativeTime(instant, now);
  const success = ago(status.lastSuccess?.finishedAt);
  return [
    // A disabled job is neither well nor in trouble.
    colouredSign(session, status.job.enabled ? status.standing : undefined),
    status.job.enabled ? style.bold(status.job.id) : `${status.job.id} (disabled)`,
    withRepository ? status.repository || none : '',
    status.stale ? `${success} ${style.red('STALE')}` : success,
    attemptText(status, now, none),
    status.next?.isDue === true ? style.yellow('due now') : ago(status.next?.at),
    ago(status.provenAt),
    protectionText(session, status),
    style.dim(printable(status.reasons[0]?.text.split('\n')[0] ?? '')),
  ];
}

function protectionText(session: Session, { protection }: JobStatus): string {
  const { style } = session.stdout;
  switch (protection) {
    case 'protected':
      return style.green(protection);
    case 'unproven':
      return style.yellow(protection);
    case 'at-risk':
      return style.yellow('at risk');
    case 'unprotected':
      return style.red(protection);
    case undefined:
      return session.signs.none;
  }
}

function attemptText({ lastAttempt: run, leftBehind }: JobStatus, now: number, none: string): string {
  if (run === undefined) return none;
  if (!isTerminal(run.state)) return leftBehind ? 'interrupted' : run.state;
  const code = run.state === 'failed' ? ` (${runExitCode(run) ?? exitCodes.failed})` : '';
  return `${relativeTime(run.finishedAt ?? run.queuedAt, now)}, ${outcomeWord(run.state)}${code}`;
}

/** One sentence over all enabled jobs, with the command for the worst of them. */
export function summary(session: Session, all: readonly JobStatus[], inNeed: readonly JobStatus[]): string {
  const { style } = session.stderr;
  const enabled = all.filter(({ job }) => job.enabled);
  const total = `${enabled.length} ${enabled.length === 1 ? 'job' : 'jobs'}`;
  const [first] = inNeed;
  if (first !== undefined) {
    const verb = inNeed.length === 1 ? 'needs' : 'need';
    const remedy = first.reasons[0]?.remedy ?? `umbra history ${first.job.id}`;
    return style.red(`${inNeed.length} of ${total} ${verb} you`) + `: ${remedy}`;
  }
  if (enabled.length === 0) return 'Every job is disabled.';
  const watched = enabled.filter(({ standing }) => standing === 'attention');
  const [look] = watched;
  if (look !== undefined) {
    return `${watched.length} of ${total} ${watched.length === 1 ? 'is' : 'are'} worth a look: ${look.reasons[0]?.remedy ?? ''}`;
  }
  const running = all.filter(({ lastAttempt, leftBehind }) => lastAttempt?.state === 'running' && !leftBehind).length;
  const tail = running === 0 ? '' : enabled.length === 1 ? ', and running' : `; ${running} running`;
  return style.green(enabled.length === 1 ? `The job is well${tail}.` : `All ${total} are well${tail}.`);
}

/** What is wrong with the daemon, and the way out; undefined if nothing is. */
export function daemonProblem({ state, pid, heartbeatAt }: DaemonHealth, now: number): string | undefined {
  const last = heartbeatAt === undefined ? '' : `; its last sign of life was ${relativeTime(heartbeatAt, now)}`;
  switch (state) {
    case 'absent':
    case 'well':
      return undefined;
    case 'gone':
      return `The daemon (process ${pid}) ended without taking its leave${last}. Start it: umbra daemon start.`;
    case 'silent':
      return `The daemon (process ${pid}) is there but does nothing${last}. Restart it: umbra daemon restart.`;
  }
}
