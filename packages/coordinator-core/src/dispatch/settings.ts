import type { Configuration, DurationMs } from '@umbracore/contracts';
import { capacitiesOf } from './resources.ts';
import type { Capacities } from './resources.ts';

/** A machine that woke up less than this ago, or whose clock moved by less, needs no time to settle. */
export const briefMs: DurationMs = 10_000;
/** Nobody who is awake looks at the clock so seldom. */
export const longMs: DurationMs = 180_000;
/** The wall clock is read, and what other processes did is looked at, at least so often. */
export const lookEveryMs: DurationMs = 30_000;
/** The same while something waits that another process may be in the way of. */
export const lookOftenMs: DurationMs = 4000;
export const auditEveryMs: DurationMs = 60_000;
/** Cursors of jobs that are not due follow so often: an edit while nobody looks then owes no more than this. */
export const followEveryMs: DurationMs = 6 * 3_600_000;
/** After the store refused. */
export const tryAgainMs: DurationMs = 5000;

/** What is to be done, and within which limits; a `Configuration` is one. */
export type Definitions = Pick<Configuration, 'jobs' | 'repositories'> &
  Partial<Pick<Configuration, 'resources' | 'daemon' | 'history'>>;

/** How much of the history stays. */
export type HistoryLimits = Configuration['history'];

export interface Limits {
  readonly capacities: Capacities;
  readonly settleMs: DurationMs;
  readonly history: HistoryLimits;
}

/** For programs that do not say; the configuration file has the same defaults. */
export const usualLimits: Limits = {
  capacities: capacitiesOf(new Map(), 2),
  settleMs: 30_000,
  history: { keepMs: 730 * 86_400_000, runs: 100_000 },
};

export const limitsIn = ({ resources, daemon, history }: Definitions): Limits => ({
  capacities: capacitiesOf(resources ?? new Map(), daemon?.concurrency ?? usualLimits.capacities('daemon')),
  settleMs: daemon?.settleMs ?? usualLimits.settleMs,
  history: history ?? usualLimits.history,
});
