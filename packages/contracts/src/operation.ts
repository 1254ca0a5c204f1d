import type { BackendRepository } from './backend.ts';
import type { UmbraError } from './errors.ts';
import type { OrphanPolicy } from './job.ts';
import type { PrivilegedEngines } from './privileged.ts';
import type { PathChange } from './snapshot.ts';
import type { EngineLimits } from './throttle.ts';

export type Phase =
  | 'waiting'
  | 'scanning'
  | 'uploading'
  | 'verifying'
  | 'restoring'
  | 'forgetting'
  | 'pruning'
  | 'upgrading'
  /** Snapshots come into the history. */
  | 'recording'
  /** Snapshots come into the catalog. */
  | 'indexing'
  /** It is looked for what is in the way. */
  | 'examining'
  | 'done';

/** How far an operation is. What is not known yet is undefined, never guessed; `estimated` tells what an earlier run says. */
export interface Progress {
  readonly phase: Phase;
  /** 0 to 100; never goes down within one operation. */
  readonly percentage: number | undefined;
  /** Totals and percentage are those of an earlier run: the percentage stays below 100 until the end. */
  readonly estimated?: boolean | undefined;
  /** Where no files are gone through, what is: packs of a check, snapshots that are recorded or indexed, parts of an examination. */
  readonly filesProcessed: number;
  readonly filesTotal: number | undefined;
  readonly bytesProcessed: number;
  readonly bytesTotal: number | undefined;
  readonly currentFiles: readonly string[];
  /** Items that could not be read so far. */
  readonly errorCount: number;
}

/** Before anything is known. */
export const unknownProgress: Progress = {
  phase: 'waiting',
  percentage: undefined,
  filesProcessed: 0,
  filesTotal: undefined,
  bytesProcessed: 0,
  bytesTotal: undefined,
  currentFiles: [],
  errorCount: 0,
};

/**
 * One call of a backend. A backend never retries and never sleeps: it tries once and reports.
 * It rejects soon after `signal` aborts (with `run.cancelled`) and leaves no child process and no lock.
 */
export interface Operation {
  readonly signal?: AbortSignal | undefined;
  /** Never throws, never blocks. The last report comes before the promise settles. */
  readonly report?: ((progress: Progress) => void) | undefined;
  /** Folder where an operation that must survive its coordinator keeps its traces; absent for short reads. */
  readonly spool?: string | undefined;
  readonly orphanPolicy?: OrphanPolicy | undefined;
  /** What the engine starts with; some of it can be changed while it runs. */
  readonly limits?: EngineLimits | undefined;
  /** Starts the engine of a backup or a restore with rights that this process has not; takes the ability `privileged`, and a `spool`. */
  readonly privileged?: PrivilegedEngines | undefined;
  /** Of `privileged`: the name under which it keeps the sources as they are. */
  readonly frozen?: string | undefined;
  /** Of a backup: what it saves is checked right after it, and what that takes may be got ready while the engine works. */
  readonly checkedNext?: boolean | undefined;
  /** Called for each line that is worth keeping in the log of the run; never holds a secret. */
  readonly note?: ((line: string) => void) | undefined;
}

/** How something of a snapshot is written as one stream. */
export interface DumpOperation extends Operation {
  /** Writes a folder with everything in it as an archive; takes the ability `archive`. */
  readonly archive?: ArchiveFormat | undefined;
}

export type ArchiveFormat = 'tar' | 'zip';

/** How a repository is made. */
export interface CreateOperation extends Operation {
  /** Cuts files at the same places as this one, which has to exist. */
  readonly sameChunkerAs?: BackendRepository | undefined;
}

/** How the snapshots of a repository are listed. */
export interface ListingOperation extends Operation {
  /** Is told of each snapshot that is there and cannot be read: the list has the others. The operator's log has it in any case. */
  readonly unreadable?: ((problem: UmbraError) => void) | undefined;
}

/** How two snapshots are compared. */
export interface DiffOperation extends Operation {
  /** Also tells of paths of which only times, rights and the like differ. */
  readonly metadata?: boolean | undefined;
  /** Is given the changes as they are found, however many; the next ones come when it is done with these. */
  readonly take?: ((changes: readonly PathChange[]) => void | Promise<void>) | undefined;
}
