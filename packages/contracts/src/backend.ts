import type { BackupResult, BackupSpec } from './backup.ts';
import type { CheckReport, CheckScope, RepairResult, RepairStep } from './check.ts';
import type { Coverage, RereadPace } from './coverage.ts';
import type { RepositoryDefinition } from './job.ts';
import type { Log } from './log.ts';
import type { NewCheckReport, NewCheckScope } from './new-check.ts';
import type { CreateOperation, DiffOperation, DumpOperation, ListingOperation, Operation } from './operation.ts';
import type { EngineProcesses } from './processes.ts';
import type {
  EngineFacts,
  KeyRecord,
  LockRecord,
  MachineKey,
  RepositoryFacts,
  RepositoryStatistics,
  StatisticsOperation,
} from './repository-facts.ts';
import type { RestoreResult, RestoreSpec } from './restore.ts';
import type { Secret } from './secret.ts';
import type { FindMatch, FindSpec, Snapshot, SnapshotDiff, SnapshotEntry, SnapshotFilter } from './snapshot.ts';
import type { Clock, DurationMs } from './time.ts';
import type { TreeReader } from './trees.ts';

/** What a backend may be able to do beyond `open`, `create`, `backup`, `snapshots` and `restore`. */
export type Ability =
  | 'list'
  | 'snapshot-ids'
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
  | 'privileged'
  | 'program-output'
  | 'resume';

/**
 * Carries out operations on one repository. What is said to take no lock takes none that keeps others out for longer than it reads:
 * an engine that lets nobody write while somebody reads is such a one, and answers `repository.locked` meanwhile. Rejections are `UmbraError`s; a missing ability rejects with
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
  snapshots(filter?: SnapshotFilter, operation?: ListingOperation): Promise<readonly Snapshot[]>;
  /**
   * Ids of all snapshots, in no order. Needs no secret and costs next to nothing: who knows what the snapshots are, for they never
   * change, learns from it whether that is still all.
   */
  snapshotIds(operation?: Operation): Promise<readonly string[]>;
  /**
   * The entry at `path` and all below it, nothing where there is none (everything if absent), in the backend's order; a folder may
   * be left out itself. Takes no lock.
   */
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
  /**
   * A folder for short-lived files, on a local disk. A folder in it as `mkdtemp` names it, with nothing but the `spool` of an engine,
   * is removed a day after its last change unless that engine works.
   */
  readonly scratchDir: string;
  /** The folder of secrets that the product made, mode 0700; absent: it keeps none. */
  readonly secretDir?: string | undefined;
  /** A folder for what is known of repositories; what is lost there is found out again. Absent: nothing is remembered. */
  readonly memoryDir?: string | undefined;
  /** The environment in which programs are looked up: `PATH`, and `UMBRA_RESTIC` and the like. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Whether something in `scratchDir` has the name of such a folder, for instance `restic-aB3dE6`. */
export const isCallFolder = (name: string): boolean => /^[a-z]+-[A-Za-z0-9]{6}$/.test(name);

/** Makes a backend for a repository. Cheap: nothing is started and nothing is read before the first operation. */
export type BackendFactory = (repository: BackendRepository, host: BackendHost) => Backend;

/** Adds behaviour around a backend without knowing which one it is. */
export type BackendWrapper = (inner: Backend, repository: RepositoryDefinition) => Backend;
