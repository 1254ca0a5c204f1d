import type { BackupStats, SnapshotSummary } from '@umbracore/contracts';

/** The numbers of a backup, as far as its snapshot keeps them. */
export const snapshotStats = (summary: SnapshotSummary): BackupStats => ({
  filesNew: summary.filesNew,
  filesChanged: summary.filesChanged,
  filesUnmodified: summary.filesUnmodified,
  filesProcessed: summary.filesProcessed,
  bytesProcessed: summary.bytesProcessed,
  bytesAdded: summary.bytesAdded,
  bytesStored: undefined,
  durationMs: Math.max(0, summary.finishedAt - summary.startedAt),
});
