import type { Instant, PathChange, Snapshot } from '@umbracore/contracts';
import { jobOfTags } from '@umbracore/contracts';
import type { DiffBytes } from '../search/compare-snapshots.ts';
import type { OnlyWord, Tally } from '../search/tally.ts';
import { timestamp, timestampOrNull } from './timestamp.ts';

/** What a comparison came to. */
export interface DiffSummary extends DiffBytes {
  readonly tally: Tally;
}

/** Tells a comparison while it goes on, and keeps nothing of it. */
export interface DiffTeller {
  changes(some: readonly PathChange[]): void;
  end(summary: DiffSummary): void;
}

/** What is known before anything was compared. */
export interface DiffHead {
  readonly repository: string;
  readonly from: Snapshot;
  readonly to: Snapshot;
  /** The time of which it is true that both are there; undefined for now. */
  readonly asOf: Instant | undefined;
  readonly path: string | undefined;
  readonly metadata: boolean;
  readonly only: readonly OnlyWord[] | undefined;
}

/**
 * Writes `umbra.diff/1` piece by piece, for the list of changes may be longer than memory. Nothing is written before the
 * first change or the end, so that a comparison that fails at once leaves no half document.
 */
export function documentTeller(head: DiffHead, write: (text: string) => void): DiffTeller {
  let opened = false;
  const open = (): string => {
    opened = true;
    return `${JSON.stringify({ schema: 'umbra.diff/1', ...headDocument(head) }).slice(0, -1)},"changes":[`;
  };
  return {
    changes(some) {
      if (some.length === 0) return;
      const before = opened ? ',' : open();
      write(before + some.map((change) => JSON.stringify(changeDocument(change))).join(','));
    },
    end: (summary) => write(`${opened ? '' : open()}],"summary":${JSON.stringify(summaryDocument(summary))}}\n`),
  };
}

/** What was written, as one value. */
export type DiffDocument = ReturnType<typeof headDocument> & {
  readonly changes: readonly PathChange[];
  readonly summary: ReturnType<typeof summaryDocument>;
};

const headDocument = ({ repository, from, to, asOf, path, metadata, only }: DiffHead) => ({
  repository,
  from: sideDocument(from),
  to: sideDocument(to),
  asOf: timestampOrNull(asOf),
  path: path ?? null,
  metadata,
  only: only ?? null,
});

const sideDocument = ({ id, time, tags }: Snapshot) => ({
  snapshot: id,
  time: timestamp(time),
  job: jobOfTags(tags) ?? null,
});

const changeDocument = ({ path, change, folder }: PathChange) => ({ path, change, folder });

const summaryDocument = ({ tally, addedBytes, removedBytes }: DiffSummary) => ({
  ...countsDocument(tally),
  addedBytes,
  removedBytes,
});

const countsDocument = (tally: Tally) => ({
  added: tally.added,
  removed: tally.removed,
  modified: tally.modified,
  typeChanged: tally['type-changed'],
  metadata: tally.metadata,
  suspicious: tally.suspicious,
});
