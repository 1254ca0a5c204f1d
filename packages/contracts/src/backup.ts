import type { Secret } from './secret.ts';

export interface BackupSpec {
  /** Absolute paths that exist, verbatim; with `output` the one under which that is saved. */
  readonly sources: readonly string[];
  /** Saves what a program writes, as one file. Of a backend with the ability `program-output`. */
  readonly output?: ProgramOutput | undefined;
  readonly excludes: readonly string[];
  readonly excludeIfPresent: readonly string[];
  readonly excludeCaches: boolean;
  readonly oneFileSystem: boolean;
  readonly tags: readonly string[];
  readonly host: string;
  /** 0 to 9; mapped to the engine's own modes. */
  readonly compressionLevel: number | undefined;
  /** Snapshot to compare with; undefined leaves the choice to the engine. */
  readonly parent: string | undefined;
  /** Reads everything again, whatever the parent says. */
  readonly force: boolean;
  /** Makes no snapshot if everything is as in `parent`, where the engine can do that. */
  readonly skipIfUnchanged?: boolean | undefined;
  readonly dryRun: boolean;
  /**
   * What an earlier run of the same sources found. With it an engine that can do without need not count all files before it
   * knows how far it is.
   */
  readonly expected?: BackupTotals | undefined;
}

/**
 * A program that the engine starts itself and whose standard output it saves. One that ends with anything but 0 makes the backup
 * reject with `command.failed`, or `command.temporary` for 75, and leaves no snapshot.
 */
export interface ProgramOutput {
  /** The absolute path of the program, and its arguments. */
  readonly command: readonly [string, ...string[]];
  /** Beside `HOME`, `PATH` and `TMPDIR`. */
  readonly env: Readonly<Record<string, Secret>>;
}

/** How much a backup goes through. */
export interface BackupTotals {
  readonly files: number;
  readonly bytes: number;
}

/** A path that could not be saved or restored, and why. */
export interface UnreadableItem {
  readonly path: string;
  readonly reason: string;
}

/** Numbers of a backup, as the engine reports them. */
export interface BackupStats {
  readonly filesNew: number;
  readonly filesChanged: number;
  readonly filesUnmodified: number;
  readonly filesProcessed: number;
  readonly bytesProcessed: number;
  /** Bytes that the repository did not have yet, before compression. */
  readonly bytesAdded: number;
  /** The same after compression; undefined if the engine does not tell. */
  readonly bytesStored: number | undefined;
  readonly durationMs: number;
}

/**
 * What a backup did. A file that could not be read is a result, not an error: it is in `unreadable`.
 * A failed backup rejects with an `UmbraError`.
 */
export interface BackupResult {
  /** Full id; undefined if the engine made none (dry run) or did not tell. */
  readonly snapshot: string | undefined;
  /** True if the engine said that it made no snapshot because everything is as in the parent. */
  readonly unchanged?: boolean | undefined;
  readonly stats: BackupStats | undefined;
  /** At most `unreadableLimit` items; `unreadableCount` counts all. */
  readonly unreadable: readonly UnreadableItem[];
  readonly unreadableCount: number;
  /** False if the engine's own exit status says that something was left out, or if nobody saw it. */
  readonly complete: boolean;
  /** True if the exit status of the engine was lost and the rest was read from its output. */
  readonly exitLost: boolean;
}

/** So many unreadable items are kept; the rest is counted. */
export const unreadableLimit = 1000;
