import type { HistoryStatistics, RunStatistics } from '@umbracore/contracts';
import { timestampOrNull } from './timestamp.ts';

/** What runs come to, as `umbra.statistics/1`. */
export const statisticsDocument = ({ jobs, total }: HistoryStatistics) => ({
  jobs: jobs.map(({ job, ...statistics }) => ({ job, ...figures(statistics) })),
  total: figures(total),
});

/** Sizes in bytes, durations in seconds. */
const figures = ({ runs, outcomes, successRate, medianMs, p95Ms, bytesAdded, first, last }: RunStatistics) => ({
  runs,
  outcomes,
  successRate: successRate === undefined ? null : Number(successRate.toFixed(4)),
  duration: { median: secondsOrNull(medianMs), p95: secondsOrNull(p95Ms) },
  bytesAdded,
  first: timestampOrNull(first),
  last: timestampOrNull(last),
});

const secondsOrNull = (ms: number | undefined): number | null => (ms === undefined ? null : Math.round(ms) / 1000);
