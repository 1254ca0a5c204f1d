import type { PathChange } from '@umbracore/contracts';
import type { Tally } from './tally.ts';

/** What a comparison came to. */
export interface DiffSummary {
  readonly tally: Tally;
  /** Data that only the later or only the earlier snapshot has; null if only a part of them was looked at. */
  readonly addedBytes: number | null;
  readonly removedBytes: number | null;
}

/** Tells a comparison while it goes on, and keeps nothing of it. */
export interface DiffTeller {
  changes(some: readonly PathChange[]): void;
  end(summary: DiffSummary): void;
}
