import type { HistoryStatistics, RunOutcome, RunStatistics } from '@umbracore/contracts';
import { statisticsDocument } from '@umbracore/runtime/documents';
import { formatDuration } from '../output/durations.ts';
import { formatCount, formatSize } from '../output/sizes.ts';
import { outcomeWord } from '../output/standing.ts';
import type { Session } from '../session.ts';

const shown: readonly RunOutcome[] = ['succeeded', 'warning', 'failed', 'cancelled', 'skipped', 'missed'];

const columns = [
  { title: 'job' },
  { title: 'runs', align: 'right' },
  ...shown.map((outcome) => ({ title: outcomeWord(outcome), align: 'right' }) as const),
  { title: 'success', align: 'right' },
  { title: 'half within', align: 'right' },
  { title: '95 % within', align: 'right' },
  { title: 'new data', align: 'right' },
] as const;

/** A line for each job, and one for all of them if there are several. */
export function showStatistics(session: Session, statistics: HistoryStatistics): void {
  if (session.json) return session.document('statistics', statisticsDocument(statistics));
  const { jobs, total } = statistics;
  if (jobs.length === 0) return session.notice('No such runs.');
  const rows = jobs.map(({ job, ...figures }) => rowOf(session, job, figures));
  if (jobs.length > 1) rows.push(rowOf(session, 'all', total));
  session.sayTable(columns, rows);
}

function rowOf(session: Session, name: string, figures: RunStatistics): string[] {
  const { none } = session.signs;
  const { runs, outcomes, successRate, medianMs, p95Ms, bytesAdded } = figures;
  return [
    name,
    formatCount(runs),
    // A column of nothing but zeros is left out.
    ...shown.map((outcome) => (outcomes[outcome] === 0 ? '' : formatCount(outcomes[outcome]))),
    successRate === undefined ? none : `${Math.floor(successRate * 1000) / 10} %`,
    medianMs === undefined ? none : formatDuration(medianMs),
    p95Ms === undefined ? none : formatDuration(p95Ms),
    formatSize(bytesAdded),
  ];
}
