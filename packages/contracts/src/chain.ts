import type { JobId } from './job.ts';
import type { DurationMs } from './time.ts';

/**
 * What the end of one node must be for the edge to the next one to hold. Several edges between the same two nodes count as one
 * that holds if any of them does.
 */
export type EdgeCondition =
  /** It succeeded, without a warning. */
  | 'success'
  | 'warning'
  /** It failed or was cancelled. */
  | 'failure'
  /** It was skipped or missed its deadline. */
  | 'skipped'
  /** However it ended. */
  | 'always'
  /** A good end that changed something: new or changed files of a backup, copied or removed snapshots. */
  | 'changed';

/** One place in a chain at which a job runs. */
export interface ChainNode {
  /** Unique within the chain; the job's id unless a job comes twice. */
  readonly id: string;
  readonly job: JobId;
  /** How many of the edges into it have to hold. */
  readonly join: 'all' | 'any';
  /** Runs once after everything between it and the opener has ended, whatever happened, if the opener was started. */
  readonly closes: string | undefined;
  /** Not started later than this after the chain began; it is then recorded as missed. */
  readonly deadlineMs: DurationMs | undefined;
}

export interface ChainEdge {
  readonly from: string;
  readonly to: string;
  readonly on: EdgeCondition;
}

/** A run of a job because of the end of another one, outside of any chain. */
export interface AfterEdge {
  readonly job: JobId;
  readonly on: EdgeCondition;
  /** Too late after this; undefined means never. */
  readonly withinMs: DurationMs | undefined;
}
