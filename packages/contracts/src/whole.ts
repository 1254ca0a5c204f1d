import type { FewFacts, FewOfBackup, FewOfCheck, FewOfEntry, FewOfRestore, FewOfSnapshot } from './backend-parts.ts';
import { unreadableLimit, type BackupResult, type BackupStats } from './backup.ts';
import type { CheckReport } from './check.ts';
import type { RepositoryFacts } from './repository-facts.ts';
import type { RestoreResult } from './restore.ts';
import type { Snapshot, SnapshotEntry } from './snapshot.ts';

/** What is said goes before the defaults; undefined says nothing. */
export function withDefaults<Few extends object, Defaults extends object>(
  few: Few,
  defaults: Defaults,
): Defaults & { readonly [Name in Exclude<keyof Few, keyof Defaults>]: Few[Name] } {
  const said = Object.entries(few).filter(([, value]) => value !== undefined);
  return { ...defaults, ...Object.fromEntries(said) } as ReturnType<typeof withDefaults<Few, Defaults>>;
}

export const wholeFacts = (few: FewFacts): RepositoryFacts => withDefaults(few, { format: 1 });

export const wholeSnapshot = (few: FewOfSnapshot): Snapshot =>
  withDefaults(few, {
    shortId: few.id.slice(0, 8),
    user: '',
    parent: undefined,
    tree: undefined,
    summary: undefined,
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
    snapshot: few.snapshot,
    stats: stats && withDefaults(stats, noStats),
    unreadable: unreadable.slice(0, unreadableLimit),
    unreadableCount,
    complete: few.complete ?? unreadableCount === 0,
    exitLost: few.exitLost ?? false,
  };
}

export function wholeRestore({ filesRestored, bytesRestored, failed = [], ...few }: FewOfRestore): RestoreResult {
  return {
    filesRestored,
    bytesRestored,
    filesSkipped: few.filesSkipped ?? 0,
    failed: failed.slice(0, unreadableLimit),
    failedCount: few.failedCount ?? failed.length,
  };
}

/** Rights and owners that nobody told are those of an ordinary file of root. */
export const wholeEntry = (few: FewOfEntry): SnapshotEntry =>
  withDefaults(few, { mode: few.type === 'dir' ? 0o755 : 0o644, uid: 0, gid: 0 });

export const wholeCheck = (few: FewOfCheck): CheckReport => withDefaults(few, { advice: [] });
