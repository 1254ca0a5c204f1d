import { isTerminal, UmbraError, type RunId, type RunQuery, type RunRecord, type RunState } from '@umbracore/contracts';
import type { History } from '@umbracore/runtime';
import type { Action } from '../command.ts';
import type { HistoryFlags } from '../commands/history.ts';
import {
  historyLines,
  isDryRun,
  runDocument,
  runLengthMs,
  standingRunDocument,
  type RunDocument,
} from '@umbracore/runtime/documents';
import {
  allLeftBehind,
  jobNamed,
  leftBehindText,
  repositoryNamed,
  restoresKnown,
  runsIn,
  runsLeftBehind,
  statisticsOf,
} from '@umbracore/runtime/history';
import { exportHistory } from '../history/export.ts';
import { showStatistics } from '../history/show-statistics.ts';
import { tellAlarms } from '../output/alarms.ts';
import { formatDuration } from '../output/durations.ts';
import { printable } from '../output/printable.ts';
import { becauseText, reportText } from '../output/report-text.ts';
import { formatCount, formatQuantity, formatSize } from '../output/sizes.ts';
import { calendarTime } from '../output/times.ts';
import { colouredSign, outcomeText, standingOfRun } from '../output/standing.ts';
import type { Session } from '../session.ts';

const defaultLimit = 20;

export const action: Action<HistoryFlags> = async (session, [job], flags) => {
  const { stats: wantsStatistics = false, export: format } = flags;
  if (wantsStatistics && format !== undefined) {
    throw new UmbraError('usage.invalid', '--stats and --export exclude each other', { hint: 'Give one of them.' });
  }
  const history = await session.history();
  const { repository, outcome, kind, since, until, text, limit } = flags;
  const query: RunQuery = { job, repository, states: outcome, kinds: kind, since, until, text, limit };
  await refuseSlips(history, query);
  if (format !== undefined) {
    const leftBehind = await allLeftBehind(history, session.now());
    return await exportHistory(session, historyLines(runsIn(history.store, query), format, leftBehind));
  }
  if (wantsStatistics) return showStatistics(session, await statisticsOf(runsIn(history.store, query)));
  const runs = await history.store.runs({ ...query, limit: limit ?? defaultLimit });
  const leftBehind = await runsLeftBehind(history, runs, session.now());
  if (session.json) {
    return session.document('history', { runs: runs.map((run) => standingRunDocument(run, leftBehind)) });
  }
  tellAlarms(session, history.store.health.alarms);
  if (runs.length === 0) session.notice(nothingText(query));
  showRuns(session, runs, { leftBehind, withJob: job === undefined });
  if (isUnfiltered(query)) tellRestores(session, restoresKnown(history.paths.stateDir));
};

/** A restore belongs to no job, and is listed apart. */
function tellRestores(session: Session, count: number): void {
  if (count > 0) session.notice(`${formatQuantity(count, 'restore')} beside these runs: umbra restore --list`);
}

/** A name that is neither configured nor in the history is a slip of the fingers, and no empty answer. */
async function refuseSlips({ store, configuration }: History, { job, repository }: RunQuery): Promise<void> {
  if (job !== undefined && !configuration.jobs.has(job) && (await store.runs({ job, limit: 1 })).length === 0) {
    jobNamed(configuration, job);
  }
  if (repository === undefined || configuration.repositories.has(repository)) return;
  if ((await store.runs({ repository, limit: 1 })).length === 0) repositoryNamed(configuration, repository);
}

const isUnfiltered = ({ job, repository, states, kinds, since, until, text }: RunQuery): boolean =>
  [job, repository, states, kinds, since, until, text].every((part) => part === undefined);

const nothingText = ({ repository, states, kinds, since, until, text }: RunQuery): string =>
  [repository, states, kinds, since, until, text].every((part) => part === undefined)
    ? 'No runs yet. Start one: umbra run'
    : 'No such runs.';

const columns = [
  { title: 'run' },
  { title: 'job' },
  { title: 'repository' },
  { title: 'started' },
  { title: 'took', align: 'right' },
  { title: '', tight: true },
  { title: 'outcome' },
  { title: 'snapshot' },
  { title: 'new data', align: 'right' },
  { title: 'files', align: 'right' },
  { title: 'tries', align: 'right' },
  { title: '' },
] as const;

interface Shown {
  readonly leftBehind: ReadonlySet<RunId>;
  readonly withJob: boolean;
}

function showRuns(session: Session, runs: readonly RunRecord[], { leftBehind, withJob }: Shown): void {
  // Scripts find every column filled, whatever was asked for.
  const plain = session.globals.plain === true;
  const withRepository = plain || new Set(runs.map(({ repository }) => repository)).size > 1;
  const rows = runs.map((run) => rowOf(session, run, { leftBehind, withJob: plain || withJob, withRepository }));
  session.sayTable(columns, rows);
}

function rowOf(
  session: Session,
  run: RunRecord,
  { leftBehind, withJob, withRepository }: Shown & { readonly withRepository: boolean },
): string[] {
  const none = session.signs.none;
  // What a dry run would have saved was not saved.
  const stats = isDryRun(run) ? null : run.stats;
  const lengthMs = runLengthMs(run);
  return [
    run.id,
    withJob ? run.job : '',
    withRepository ? run.repository || none : '',
    // A slot that nobody started has its place in time all the same.
    calendarTime(run.startedAt ?? run.slotAt ?? run.queuedAt, session.now()),
    lengthMs === undefined ? none : formatDuration(lengthMs),
    colouredSign(session, standingOfRun(run)),
    outcomeText(run, leftBehind),
    run.snapshot?.slice(0, 8) ?? none,
    stats === null ? none : formatSize(stats.bytesAdded),
    stats === null ? none : formatCount(stats.filesNew + stats.filesChanged),
    String(run.attempts.length),
    session.stdout.style.dim(leftBehind.has(run.id) ? leftBehindText : remarkOn(run, run.state)),
  ];
}

function remarkOn(run: RunRecord, state: RunState): string {
  if (state === 'cancelled') return '';
  if (run.because !== null) return firstLine(becauseText(run.because));
  if (run.error !== null && state !== 'succeeded') return firstLine(run.error.message);
  if (run.unreadableCount > 0) return `${run.unreadableCount} unreadable`;
  if (run.suspicions[0] !== undefined) return firstLine(run.suspicions[0]);
  const earlier = run.attempts.find((attempt) => attempt.error !== null)?.error;
  if (earlier !== undefined && earlier !== null && isTerminal(state)) return `1st: ${firstLine(earlier.message)}`;
  const { report } = runDocument(run);
  if (report?.kind === 'backup') return remarkOnBackup(report);
  return report === null ? '' : reportText(report, isDryRun(run));
}

/** What is not as with every other backup. */
function remarkOnBackup(report: Extract<RunDocument['report'], { kind: 'backup' }>): string {
  if (report.unchangedSince !== null) return `nothing changed since ${report.unchangedSince}`;
  return report.strategy === 'incremental' ? '' : reportText(report);
}

const firstLine = (text: string): string => printable(text.split('\n')[0] ?? '');
