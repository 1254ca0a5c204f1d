import type { UnreadableItem } from './backup.ts';
import type { ErrorRecord } from './errors.ts';
import type { RepositoryName } from './job.ts';
import type { Progress } from './operation.ts';
import type { Instant } from './time.ts';

export type OverwriteMode = 'never' | 'if-newer' | 'if-changed' | 'always';

export interface RestoreSpec {
  readonly snapshot: string;
  /** Absolute folder; made if absent, and of no account where a privileged program makes its own. The tree of the snapshot appears below it with its full paths. */
  readonly target: string;
  /** Absolute paths inside the snapshot, verbatim; empty means everything. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly overwrite: OverwriteMode;
  /** Compares what was written with the repository. */
  readonly verify: boolean;
}

export interface RestoreResult {
  readonly filesRestored: number;
  readonly bytesRestored: number;
  readonly filesSkipped: number;
  readonly failed: readonly UnreadableItem[];
  readonly failedCount: number;
  /** Where it was restored, if a privileged program chose that. */
  readonly target?: string | undefined;
}

/** How many files have which fate. */
export interface RestoreCounts {
  readonly create: number;
  readonly replace: number;
  /** Put beside one that stays. */
  readonly beside: number;
  readonly keep: number;
  readonly unchanged: number;
  /** Removed, for the snapshot does not have them. */
  readonly remove: number;
}

/** What came of a restore. */
export interface RestoreOutcome {
  readonly counts: RestoreCounts;
  /** Of what was written. */
  readonly bytes: number;
  /** At most `unreadableLimit`; `failedCount` counts all. What failed is not there, or as it was. */
  readonly failed: readonly UnreadableItem[];
  readonly failedCount: number;
  /** Of `failed`, those whose content was not what the repository has. They were not put in place. */
  readonly differing: number;
}

/** What is told of a restore while it is carried out, by a program of ours. */
export type RestoreEvent = {
  readonly time: Instant;
  readonly restore: string;
  readonly repository: RepositoryName;
} & (
  | {
      readonly type: 'restore.begun';
      readonly snapshot: string;
      /** Null: to where it came from. */
      readonly target: string | null;
      /** True if it goes on with what was begun before. */
      readonly resumed: boolean;
    }
  | { readonly type: 'restore.progress'; readonly progress: Progress }
  | {
      readonly type: 'restore.finished';
      readonly target: string | null;
      /** Whether it was compared with the repository. */
      readonly verified: boolean;
      readonly outcome: RestoreOutcome;
      /** Until then it can be taken back; null if it cannot. */
      readonly undoUntil: Instant | null;
    }
  /** It did not come to its end, and can be gone on with. */
  | { readonly type: 'restore.stopped'; readonly error: ErrorRecord }
  | {
      readonly type: 'restore.undone';
      readonly putBack: number;
      readonly removed: number;
      readonly leftCount: number;
    }
);
