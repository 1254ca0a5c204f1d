import type { Coverage, RereadPace } from './coverage.ts';
import type { NewCheckReport, NewCheckScope } from './new-check.ts';
import type { DurationMs, Instant } from './time.ts';
import type { OrphanPolicy, RepositoryDefinition, TransferLimits } from './job.ts';
import type { EngineProcesses } from './processes.ts';
import type { Clock } from './time.ts';
import type { Log } from './log.ts';
import type { Secret } from './secret.ts';
import type { TreeReader } from './trees.ts';
import type { PathChange, Snapshot, SnapshotDiff, SnapshotEntry } from './snapshot.ts';

/** What a backend may be able to do beyond `open`, `create`, `backup`, `snapshots` and `restore`. */
export type Ability =
  | 'list'
  | 'trees'
  | 'find'
  | 'diff'
  | 'dump'
  | 'archive'
  | 'check'
  | 'check-data'
  | 'check-new'
  | 'forget'
  | 'prune'
  | 'copy'
  | 'tag'
  | 'locks'
  | 'keys'
  | 'machine-key'
  | 'statistics'
  | 'repair'
  | 'upgrade'
  | 'compression'
  | 'dry-run'
  | 'resume';

export type Phase =
  'waiting' | 'scanning' | 'uploading' | 'verifying' | 'restoring' | 'forgetting' | 'pruning' | 'done';

/** How far an operation is. What is not known yet is undefined, never guessed. */
export interface Progress {
  readonly phase: Phase;
  /** 0 to 100; never goes down within one operation. */
  readonly percentage: number | undefined;
  readonly filesProcessed: number;
  readonly filesTotal: number | undefined;
  readonly bytesProcessed: number;
  readonly bytesTotal: number | undefined;
  readonly currentFiles: readonly string[];
  /** Items that could not be read so far. */
  readonly errorCount: number;
}

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
  readonly limits?: TransferLimits | undefined;
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

/** How two snapshots are compared. */
export interface DiffOperation extends Operation {
  /** Also tells of paths of which only times, rights and the like differ. */
  readonly metadata?: boolean | undefined;
  /** Is given the changes as they are found, however many; the next ones come when it is done with these. */
  readonly take?: ((changes: readonly PathChange[]) => void | Promise<void>) | undefined;
}

export interface BackupSpec {
  /** Absolute paths that exist, verbatim. */
  readonly sources: readonly string[];
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

export interface SnapshotFilter {
  /** Full ids or unambiguous prefixes. */
  readonly ids?: readonly string[] | undefined;
  /** Snapshots that carry all of these. */
  readonly tags?: readonly string[] | undefined;
  readonly host?: string | undefined;
  readonly path?: string | undefined;
}

export type OverwriteMode = 'never' | 'if-newer' | 'if-changed' | 'always';

export interface RestoreSpec {
  readonly snapshot: string;
  /** Absolute folder; made if absent. The tree of the snapshot appears below it with its full paths. */
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
}

/** How much a check reads: the structure, a part of the data, or all data. */
export type CheckScope =
  | { readonly type: 'structure' }
  /** Part `part` of `of`, both from 1: repeating with the next part covers everything. */
  | { readonly type: 'part'; readonly part: number; readonly of: number }
  /** More than 0, at most 100. */
  | { readonly type: 'percent'; readonly percent: number }
  | { readonly type: 'all' };

export interface CheckReport {
  readonly sound: boolean;
  readonly problems: readonly string[];
  /** Commands that the engine recommends, in words. */
  readonly advice: readonly string[];
  /** What this engine can do about the problems, in this order: a later one is for what the ones before could not heal. */
  readonly repairs?: readonly RepairStep[] | undefined;
}

/**
 * A way to repair a repository. `index`: its index is made anew of what is there; nothing is lost. `packs`: what is whole in these
 * damaged files is saved, and they are dropped. `snapshots`: what cannot be restored any more is taken out of the snapshots that
 * have it, so that the rest of them can; those get new ids.
 */
export type RepairStep =
  | { readonly type: 'index' }
  | { readonly type: 'packs'; readonly packs: readonly string[] }
  /** `dryRun`: only tells which ones. */
  | { readonly type: 'snapshots'; readonly dryRun?: boolean | undefined };

export interface RepairResult {
  /** What the engine said of it, line by line; bounded. */
  readonly lines: readonly string[];
  /** Of a dry run: the snapshots that would lose something, by their ids or how these begin. */
  readonly snapshots?: readonly string[] | undefined;
}

export interface FindSpec {
  readonly pattern: string;
  readonly ignoreCase: boolean;
  readonly snapshots: SnapshotFilter;
}

export interface FindMatch {
  readonly snapshot: string;
  readonly entry: SnapshotEntry;
}

export interface RepositoryFacts {
  /** The repository's own id. */
  readonly id: string;
  /** Format version of the repository. */
  readonly format: number;
  /**
   * Stands for the places at which it cuts files: what repositories with the same one get from each other and from the same files is
   * stored once. Undefined if the backend does not tell.
   */
  readonly chunker?: string | undefined;
}

export interface RepositoryStatistics {
  readonly snapshots: number;
  /** Bytes on the storage. */
  readonly storedBytes: number;
  /** Bytes before compression; undefined if the engine does not tell. */
  readonly uncompressedBytes: number | undefined;
  /** Files in which the data lies; undefined if it was not looked. */
  readonly packs?: number | undefined;
  /** Bytes that the sources of all snapshots had when they were saved; undefined if not every snapshot tells. */
  readonly sourceBytes?: number | undefined;
  /** Of the stored ones, bytes that no snapshot needs; undefined if they were not counted. */
  readonly unusedBytes?: number | undefined;
}

export interface StatisticsOperation extends Operation {
  /** Counts the bytes that no snapshot needs, where it can be done; it takes as long as reading all folders of all snapshots. */
  readonly unused?: boolean | undefined;
}

/** A lock in a repository, as its writer described itself. */
export interface LockRecord {
  readonly id: string;
  readonly createdAt: Instant;
  readonly exclusive: boolean;
  readonly host: string;
  readonly user: string;
  readonly pid: number;
}

/** One of the keys that open a repository; never the key itself. */
export interface KeyRecord {
  /** As far as the engine tells it. */
  readonly id: string;
  /** True for the one that the repository was opened with. */
  readonly current: boolean;
  readonly user: string;
  readonly host: string;
  readonly createdAt: Instant;
}

/** A key of a repository that only this machine can use, and that costs nothing to open. */
export interface MachineKey {
  /** Of the key in the repository; undefined if it is not there any more. */
  readonly id: string | undefined;
  /** Absolute path of the file that holds its secret. */
  readonly file: string;
}

/** Where and as what an engine runs. */
export interface EngineFacts {
  readonly name: string;
  readonly version: string;
  /** Absolute path of the program. */
  readonly program: string;
  /** What this version lacks, as a sentence each. */
  readonly limitations: readonly string[];
}

/**
 * Carries out operations on one repository. Rejections are `UmbraError`s; a missing ability rejects with
 * `backend.unsupported`.
 */
export interface Backend {
  readonly name: string;
  readonly supports: ReadonlySet<Ability>;
  engine(operation?: Operation): Promise<EngineFacts>;
  /** Throws `repository.absent`, `repository.wrong-password`, `repository.unreachable`, … Takes no lock. */
  open(operation?: Operation): Promise<RepositoryFacts>;
  /** Throws `repository.exists`. */
  create(operation?: CreateOperation): Promise<RepositoryFacts>;
  backup(spec: BackupSpec, operation?: Operation): Promise<BackupResult>;
  /**
   * Attaches to the backup that was started with the same `operation.spool`, running or ended, and gives its result.
   * Throws `engine.lost` if none was ever started there.
   */
  resumeBackup(operation: Operation & { readonly spool: string }): Promise<BackupResult>;
  /** True if the repository holds exactly this snapshot: the cheapest proof the backend has. */
  holds(snapshot: string, operation?: Operation): Promise<boolean>;
  /** Oldest first. Takes no lock. */
  snapshots(filter?: SnapshotFilter, operation?: Operation): Promise<readonly Snapshot[]>;
  /** Entries below `path` (everything if absent), in the backend's order. Takes no lock. */
  list(snapshot: string, path?: string, operation?: Operation): AsyncIterable<SnapshotEntry>;
  /** Reads folders by their ids, as long as it is not disposed. Takes no lock. */
  openTrees(operation?: Operation): Promise<TreeReader>;
  find(spec: FindSpec, operation?: Operation): Promise<readonly FindMatch[]>;
  diff(from: string, to: string, operation?: DiffOperation): Promise<SnapshotDiff>;
  /** Writes the content of one file, or with `archive` a folder. The names in an archive are whole paths without the first `/`. */
  dump(
    snapshot: string,
    path: string,
    sink: (chunk: Uint8Array) => void | Promise<void>,
    operation?: DumpOperation,
  ): Promise<void>;
  restore(spec: RestoreSpec, operation?: Operation): Promise<RestoreResult>;
  check(scope: CheckScope, operation?: Operation): Promise<CheckReport>;
  /**
   * Looks whether the whole repository is as it should be, as far as that is not known from earlier checks of this kind. What it
   * finds is remembered for the next one. Takes no lock, and others may work on the repository meanwhile.
   */
  checkNew(scope: NewCheckScope, operation?: Operation): Promise<NewCheckReport>;
  /** What is known from such checks, and whether a pace can be kept, without looking at the repository. */
  coverage(wanted: DurationMs | RereadPace, operation?: Operation): Promise<Coverage>;
  /** Removes exactly the listed snapshots, by full id. Choosing them is not the backend's business. */
  forget(snapshots: readonly string[], operation?: Operation): Promise<void>;
  /** Frees what no snapshot needs. */
  prune(operation?: Operation): Promise<void>;
  /** Copies the listed snapshots into this repository. */
  copyFrom(source: BackendRepository, snapshots: readonly string[], operation?: Operation): Promise<void>;
  /** Adds and removes tags; gives old id to new id. */
  tag(
    snapshots: readonly string[],
    add: readonly string[],
    remove: readonly string[],
    operation?: Operation,
  ): Promise<ReadonlyMap<string, string>>;
  statistics(operation?: StatisticsOperation): Promise<RepositoryStatistics>;
  /** Does one of the steps that a check has named. Takes an exclusive lock. */
  repair(step: RepairStep, operation?: Operation): Promise<RepairResult>;
  /** Brings the repository to the newest format that this product uses, and gives what it is now. Takes an exclusive lock. */
  upgrade(operation?: Operation): Promise<RepositoryFacts>;
  /** Takes no lock. */
  locks(operation?: Operation): Promise<readonly LockRecord[]>;
  /**
   * Removes the listed locks. The caller has proved their owners dead. Where the backend cannot remove a single lock it
   * refuses (`repository.locked`) if its own way would touch or signal anything else.
   */
  removeLocks(locks: readonly LockRecord[], operation?: Operation): Promise<void>;
  /** The keys of the repository. Takes no lock. */
  keys(operation?: Operation): Promise<readonly KeyRecord[]>;
  /** Adds a key for another password; gives its id. Takes a lock. */
  addKey(password: Secret, operation?: Operation): Promise<string>;
  /** Removes a key, but never the one that the repository is opened with. Takes an exclusive lock. */
  removeKey(id: string, operation?: Operation): Promise<void>;
  /** The key of this machine; undefined if it has none. Takes no lock. */
  machineKey(operation?: Operation): Promise<MachineKey | undefined>;
  /** Makes one if there is none, and uses it from now on. Throws `backend.unsupported` where it cannot be put. */
  addMachineKey(operation?: Operation): Promise<MachineKey>;
  /** Removes it from the repository, then its secret. False if there was none. */
  removeMachineKey(operation?: Operation): Promise<boolean>;
  /** The engine's own command line, for a person at a terminal. Resolves to the exit code. */
  passThrough(args: readonly string[]): Promise<number>;
}

/** What opens a repository. */
export interface Opener {
  readonly password: Secret;
  /** Id of the key that it opens, or its beginning: the engine tries that one first. A wrong one does no harm. */
  readonly keyHint: string | undefined;
}

/** Knows what opens a repository soonest. Never throws: what it cannot find out costs time and nothing else. */
export interface RepositoryAccess {
  /** Asked before each call of an engine. */
  opener(password: Secret): Promise<Opener>;
  /** Is told which key the password opened, for the next time. */
  opened(keyId: string): Promise<void>;
}

/** A repository with its secrets resolved, as a backend needs it. */
export interface BackendRepository {
  readonly definition: RepositoryDefinition;
  readonly password: Secret | undefined;
  readonly env: Readonly<Record<string, Secret>>;
  /** See `Opener`. */
  readonly keyHint?: string | undefined;
  /** Absent: nothing opens it sooner than its password. */
  readonly access?: RepositoryAccess | undefined;
  /** True: opened by this password and by no other key. */
  readonly passwordOnly?: boolean | undefined;
}

/** What the product gives to a backend. */
export interface BackendHost {
  readonly processes: EngineProcesses;
  readonly clock: Clock;
  readonly log: Log;
  /** A folder that the backend may fill and that may be deleted at any time when nothing runs. */
  readonly cacheDir: string;
  /** A folder for short-lived files, on a local disk. */
  readonly scratchDir: string;
  /** The folder of secrets that the product made, mode 0700; absent: it keeps none. */
  readonly secretDir?: string | undefined;
  /** A folder for what is known of repositories; what is lost there is found out again. Absent: nothing is remembered. */
  readonly memoryDir?: string | undefined;
  /** The environment in which programs are looked up: `PATH`, and `UMBRA_RESTIC` and the like. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Makes a backend for a repository. Cheap: nothing is started and nothing is read before the first operation. */
export type BackendFactory = (repository: BackendRepository, host: BackendHost) => Backend;

/** Adds behaviour around a backend without knowing which one it is. */
export type BackendWrapper = (inner: Backend) => Backend;
