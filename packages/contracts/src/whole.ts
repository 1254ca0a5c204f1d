import type { FewFacts, FewOfBackup, FewOfCheck, FewOfEntry, FewOfRestore, FewOfSnapshot } from './backend-parts.ts';
import { unreadableLimit, type BackupResult, type BackupStats } from './backup.ts';
import type { CheckReport } from './check.ts';
import type { RepositoryFacts } from './repository-facts.ts';
import type { RestoreResult } from './restore.ts';
import type { Snapshot, SnapshotEntry } from './snapshot.ts';

export const wholeFacts = (facts: FewFacts): RepositoryFacts => ({ format: 1, ...facts });

export const wholeSnapshot = (few: FewOfSnapshot): Snapshot => ({
  shortId: few.id.slice(0, 8),
  user: '',
  parent: undefined,
  tree: undefined,
  summary: undefined,
  ...few,
});

const noStats: BackupStats = {
  filesNew: 0,
  filesChanged: 0,
  filesUnmodified: 0,
  filesProcessed: 0,
  bytesProcessed: 0,
  bytesAdded: 0,
  bytesStored: undefined,
  durationMs: 0,
};

export function wholeBackup({ stats, unreadable = [], ...few }: FewOfBackup): BackupResult {
  const unreadableCount = few.unreadableCount ?? unreadable.length;
  return {
    ...few,
    stats: stats && { ...noStats, ...stats },
    unreadable: unreadable.slice(0, unreadableLimit),
    unreadableCount,
    complete: few.complete ?? unreadableCount === 0,
    exitLost: few.exitLost ?? false,
  };
}

export function wholeRestore({ failed = [], ...few }: FewOfRestore): RestoreResult {
  return {
    filesSkipped: 0,
    ...few,
    failed: failed.slice(0, unreadableLimit),
    failedCount: few.failedCount ?? failed.length,
  };
}

/** Rights and owners that nobody told are those of an ordinary file of root. */
export const wholeEntry = (few: FewOfEntry): SnapshotEntry => ({
  mode: few.type === 'dir' ? 0o755 : 0o644,
  uid: 0,
  gid: 0,
  ...few,
});

export const wholeCheck = (few: FewOfCheck): CheckReport => ({ advice: [], ...few });
