import { isTerminal } from '@umbracore/contracts';
import { exitCodes, type DaemonDocument, type StatusDocument } from '@umbracore/runtime/documents';
import type { Standing } from '@umbracore/runtime/history';
import { printable } from '../output/printable.ts';
import { formatQuantity } from '../output/sizes.ts';
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
  { title: '', below: true },
];

/** The table, what needs somebody first. */
export function sayStatus(session: Session, shown: readonly StatusDocument[]): void {
  const hasSeveral = new Set(shown.map(({ job }) => job)).size < shown.length;
  const withRepository = session.globals.plain === true || hasSeveral;
  const rows = [...shown].sort(byUrgency).map((status) => rowOf(session, status, withRepository));
  session.sayTable(columns, rows);
}

const urgencies: readonly StatusDocument['standing'][] = ['bad', 'attention', 'good'];
const byUrgency = (one: StatusDocument, other: StatusDocument): number =>
  urgencies.indexOf(one.standing) - urgencies.indexOf(other.standing);

function rowOf(session: Session, status: StatusDocument, withRepository: boolean): string[] {
  const { style } = session.stdout;
  const { none } = session.signs;
  const now = session.now();
  const ago = (time: string | null | undefined): string =>
    time === null || time === undefined ? none : relativeTime(Date.parse(time), now);
  const success = ago(status.lastSuccess?.finishedAt);
  return [
    colouredSign(session, shownStanding(status)),
    status.enabled ? style.bold(status.job) : `${status.job} (disabled)`,
    withRepository ? (status.repository ?? none) : '',
    status.stale ? `${success} ${style.red('STALE')}` : success,
    attemptText(status, now, none),
    isDue(status, now) ? style.yellow('due now') : (upstreamText(status) ?? ago(status.nextRun)),
    ago(status.verifiedAt),
    protectionText(session, status),
    style.dim(printable(status.reason?.split('\n')[0] ?? behindText(status, now))),
  ];
}

/** How far a copy is behind, of one that nothing else is to be said of. */
function behindText({ behind }: StatusDocument, now: number): string {
  if (behind === null || behind.since === null) return '';
  return `${formatQuantity(behind.snapshots, 'snapshot')} behind, the oldest saved ${relativeTime(Date.parse(behind.since), now)}`;
}

/** A disabled job is neither well nor in trouble, nor is one of which nothing is known yet. */
export const shownStanding = (status: StatusDocument): Standing | undefined =>
  status.enabled && !isUnknown(status) ? status.standing : undefined;

/** A job that saves nothing, and has not succeeded yet, for nothing has gone wrong either. */
const isUnknown = ({ standing, reasons }: StatusDocument): boolean =>
  standing === 'good' && reasons.some(({ code }) => code === 'no-result');

/** The slot that is due now is in the past, the next one is not. */
const isDue = ({ nextRun }: StatusDocument, now: number): boolean => nextRun !== null && Date.parse(nextRun) <= now;

/** What it waits for, of a job that no clock starts; undefined for any other, and for one that nothing starts. */
export function upstreamText({ enabled, nextRun, after }: UpstreamFacts): string | undefined {
  const [first, ...others] = after;
  if (first === undefined || nextRun !== null || !enabled) return undefined;
  return others.length === 0 ? `after ${first}` : `after ${first} and ${others.length} more`;
}

type UpstreamFacts = Pick<StatusDocument, 'enabled' | 'nextRun' | 'after'>;

function protectionText(session: Session, { protection }: StatusDocument): string {
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
    case null:
      return session.signs.none;
  }
}

function attemptText({ lastAttempt: run, leftBehind }: StatusDocument, now: number, none: string): string {
  if (run === null) return none;
  if (run.state === 'retrying' && run.retryAt !== null) return `retrying ${relativeTime(Date.parse(run.retryAt), now)}`;
  if (!isTerminal(run.state)) return leftBehind ? 'interrupted' : run.state;
  const code = run.state === 'failed' ? ` (${run.exitCode ?? exitCodes.failed})` : '';
  return `${relativeTime(Date.parse(run.finishedAt ?? run.queuedAt), now)}, ${outcomeWord(run.state)}${code}`;
}

/** One sentence over all enabled jobs, with the command for the worst of them. */
export function summary(session: Session, all: readonly StatusDocument[], inNeed: readonly StatusDocument[]): string {
  const { style } = session.stderr;
  const enabled = all.filter(({ enabled }) => enabled);
  const jobs = jobsOf(enabled);
  const total = `${jobs} ${jobs === 1 ? 'job' : 'jobs'}`;
  const [first] = inNeed;
  if (first !== undefined) {
    const verb = jobsOf(inNeed) === 1 ? 'needs' : 'need';
    const remedy = first.remedy ?? `umbra history ${first.job}`;
    return style.red(`${jobsOf(inNeed)} of ${total} ${verb} you`) + `: ${remedy}`;
  }
  if (enabled.length === 0) return 'Every job is disabled.';
  const watched = enabled.filter(({ standing }) => standing === 'attention');
  const [look] = watched;
  if (look !== undefined) {
    const count = jobsOf(watched);
    return `${count} of ${total} ${count === 1 ? 'is' : 'are'} worth a look: ${look.remedy ?? ''}`;
  }
  const running = jobsOf(all.filter(({ lastAttempt: run, leftBehind }) => run?.state === 'running' && !leftBehind));
  const tail = running === 0 ? '' : jobs === 1 ? ', and running' : `; ${running} running`;
  const unknown = jobsOf(enabled.filter(isUnknown));
  if (unknown > 0) return unknownText(jobs, unknown, tail);
  return style.green(jobs === 1 ? `The job is well${tail}.` : `All ${total} are well${tail}.`);
}

/** That nothing went wrong is not yet that all is well. */
function unknownText(jobs: number, unknown: number, tail: string): string {
  if (jobs === 1) return `The job ${tail === '' ? '' : 'is under way, and '}has not run to its end yet.`;
  const well = jobs - unknown;
  if (well === 0) return `None of ${jobs} jobs has run to its end yet${tail}.`;
  const rest = `${unknown} ${unknown === 1 ? 'has' : 'have'} not run to ${unknown === 1 ? 'its' : 'their'} end yet`;
  return `${well} of ${jobs} jobs ${well === 1 ? 'is' : 'are'} well, ${rest}${tail}.`;
}

/** A job has a line for each of its repositories. */
const jobsOf = (lines: readonly StatusDocument[]): number => new Set(lines.map(({ job }) => job)).size;

/** What is wrong with the daemon, and the way out; undefined if nothing is. */
export function daemonProblem(daemon: DaemonDocument, now: number): string | undefined {
  if (daemon === null) return undefined;
  const { state, pid, heartbeatAt, refused } = daemon;
  const last = heartbeatAt === null ? '' : `; its last sign of life was ${relativeTime(Date.parse(heartbeatAt), now)}`;
  switch (state) {
    case 'well':
      return refused === null ? undefined : refusedText;
    case 'gone':
      return `The daemon (process ${pid}) ended without taking its leave${last}. Start it: umbra daemon start.`;
    case 'silent':
      return `The daemon (process ${pid}) is there but does nothing${last}. Restart it: umbra daemon restart.`;
  }
}

const refusedText =
  'The configuration has changed, but the daemon refuses it and works with the last good one. See why: umbra config check.';
