import type { JobId, RepositoryName } from './job.ts';
import type { DurationMs } from './time.ts';

/** What a drill restored, and what it was compared with. In a dry run: what was chosen. */
export interface DrillReport {
  readonly kind: 'drill';
  /** Chosen to be restored, and what they hold. */
  readonly files: number;
  readonly bytes: number;
  /** Came back byte for byte as the source still has them. */
  readonly bySource: number;
  /** Came back with the content that the repository names by its hashes. */
  readonly byHash: number;
  /** Came back as the same file did from repositories with copies; absent means none. */
  readonly byCopy?: number | undefined;
  /** Which repositories these were, and why; absent means none. */
  readonly copies?: readonly ComparedRepository[] | undefined;
  /** Came back, and there was nothing to compare them with. */
  readonly notCompared: number;
  /** Of all these: the source has changed or gone since it was saved, which is no fault. */
  readonly changed: number;
  /** At most `drillListLimit`; `failureCount` counts all. */
  readonly failures: readonly DrillFailure[];
  readonly failureCount: number;
  /** How long the engine took to restore them. */
  readonly restoreMs: DurationMs;
  readonly snapshots: readonly DrilledSnapshot[];
  /** Files that could not be chosen: larger than a drill may restore; with a name that is no UTF-8, or too long below another folder. */
  readonly leftOut: { readonly tooLarge: number; readonly oddNames: number };
}

/** A repository that files were restored from as well, to compare the two. */
export interface ComparedRepository {
  readonly repository: RepositoryName;
  /** Why this one, as part of a sentence. */
  readonly reason: string;
  readonly files: number;
}

/** Of one of the snapshots that a drill tried. */
export interface DrilledSnapshot {
  readonly job: JobId;
  /** By the id that it had. */
  readonly snapshot: string;
  readonly files: number;
  /** Compared and found as they were saved. */
  readonly proven: number;
  readonly bytes: number;
  /** Of everything in the snapshot; null if nobody knows. */
  readonly totalBytes: number | null;
  /** How long all of it would take as fast as the drill was; null where too little was restored to tell. */
  readonly recoveryMs: DurationMs | null;
  /** At most `drillListLimit` of the files. */
  readonly paths: readonly string[];
}

/** A file that did not come back as it was saved. */
export interface DrillFailure {
  readonly job: JobId;
  /** Empty if no snapshot has it. */
  readonly snapshot: string;
  readonly path: string;
  /** `absent`: a canary that no newest snapshot has. */
  readonly problem: 'absent' | 'not-restored' | 'truncated' | 'differs';
  readonly reason: string;
}

/** So many paths of each sort are kept with a drill. */
export const drillListLimit = 200;
