import type { CheckReport } from './check.ts';
import type { Coverage, RereadPace } from './coverage.ts';
import type { Instant } from './time.ts';

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

export interface NewCheckReport extends CheckReport {
  /** What is worth knowing and is no damage, as sentences. */
  readonly notes: readonly string[];
  readonly snapshots: number;
  /** Snapshots that were there at the last check, by the ids that they had first: forgotten since, or lost; absent means none. */
  readonly gone?: readonly string[] | undefined;
  /** What was read: folders, and whole packs with their bytes. */
  readonly read: { readonly trees: number; readonly packs: number; readonly bytes: number };
  /** Of everything that was read so far, by the pace of the check. */
  readonly coverage: Coverage;
}
