import type { CheckReport } from './backend.ts';
import type { Coverage } from './coverage.ts';
import type { DurationMs, Instant } from './time.ts';

/** How fast everything that is stored is read again. */
export interface RereadPace {
  /** Nothing should have been read longer ago than this. */
  readonly withinMs: DurationMs;
  /** In one day of UTC. */
  readonly atMostBytes: number;
  /** How long it is between two checks, so that each reads its share. */
  readonly everyMs: DurationMs;
}

/** What a check of what is new reads beside the structure. */
export interface NewCheckScope {
  /**
   * `new`: what came or was changed since the last check. The others have this too: `all` everything that is stored, a pace
   * as much as is needed to keep it.
   */
  readonly read: 'new' | 'all' | RereadPace;
  /** At the first check of a repository, what is older than this is not new; everything if it is left out. */
  readonly since?: Instant | undefined;
}

/** Whether a pace can be kept. */
export interface RereadOutlook {
  readonly keeps: boolean;
  /** Bytes that are late already. */
  readonly overdueBytes: number;
  /** So many bytes a day are needed so that nothing becomes late. */
  readonly neededBytes: number;
}

export interface NewCheckReport extends CheckReport {
  /** What is worth knowing and is no damage, as sentences. */
  readonly notes: readonly string[];
  readonly snapshots: number;
  /** What was read: folders, and whole packs with their bytes. */
  readonly read: { readonly trees: number; readonly packs: number; readonly bytes: number };
  /** Of everything that was read so far. */
  readonly coverage: Coverage;
  /** Null if nothing was to be read at a pace. */
  readonly outlook: RereadOutlook | null;
}
