import { reasonOf } from './errors.ts';
import type { FewOfBackup, Live } from './backend-parts.ts';
import type { BackupSpec, BackupStats, UnreadableItem } from './backup.ts';
import { areSame, type FileFacts, type KindOfFile } from './file-facts.ts';
import { matchesName } from './name-pattern.ts';

type Counted = Pick<BackupStats, 'filesNew' | 'filesChanged' | 'filesUnmodified' | 'filesProcessed' | 'bytesProcessed'>;

/** What a backend that walks through the sources itself keeps count with. Each of these throws once the backup is cancelled. */
export interface Saving {
  /** True for what the excludes name: a pattern on the last part of the path, or a whole path. */
  leavesOut(path: string): boolean;
  /** Notes what cannot be read; it is not saved. */
  unreadable(path: string, reason: unknown): void;
  /** Counts a file and reports it; `before` is what the parent has under this path. */
  saved(path: string, now: FileFacts, before: FileFacts | undefined): void;
  /**
   * All of these in one, for whoever copies a tree: true for what is to be copied. `problem` says why it cannot be read, if it cannot; of a
   * link that does not matter.
   */
  takes(path: string, now: KindOfFile, before: FileFacts | undefined, problem: unknown): boolean;
  /** What the backup came to. Everything that was read counts as added, unless told otherwise. */
  result(snapshot: string, stats?: Partial<BackupStats>): FewOfBackup;
}

/** Counts and reports what a backup saves. */
export function saving({ excludes }: Pick<BackupSpec, 'excludes'>, { signal, report }: Live): Saving {
  const counted: { -readonly [Name in keyof Counted]: number } = {
    filesNew: 0,
    filesChanged: 0,
    filesUnmodified: 0,
    filesProcessed: 0,
    bytesProcessed: 0,
  };
  const unreadable: UnreadableItem[] = [];
  const files: Saving = {
    leavesOut(path) {
      signal.throwIfAborted();
      return excludes.some((pattern) => pattern === path || matchesName(path, pattern));
    },
    unreadable(path, reason) {
      signal.throwIfAborted();
      unreadable.push({ path, reason: reasonOf(reason) });
    },
    saved(path, now, before) {
      signal.throwIfAborted();
      const fate = before === undefined ? 'filesNew' : areSame(before, now) ? 'filesUnmodified' : 'filesChanged';
      counted[fate] += 1;
      counted.filesProcessed += 1;
      counted.bytesProcessed += now.size;
      report({ ...counted, currentFiles: [path], errorCount: unreadable.length });
    },
    takes(path, now, before, problem) {
      if (files.leavesOut(path)) return false;
      if (now.isSymbolicLink()) return true;
      if (problem !== undefined) {
        files.unreadable(path, problem);
        return false;
      }
      if (now.isFile()) files.saved(path, now, before);
      return now.isFile() || now.isDirectory();
    },
    result: (snapshot, stats = {}) => ({
      snapshot,
      stats: { ...counted, bytesAdded: counted.bytesProcessed, ...stats },
      unreadable,
    }),
  };
  return files;
}
