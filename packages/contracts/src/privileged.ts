import type { BackendRepository } from './backend.ts';
import type { BackupSpec } from './backup.ts';
import type { JobId, OrphanPolicy, RepositoryName, SourceSnapshot } from './job.ts';
import type { EngineCommand, EngineProcess } from './processes.ts';
import type { RestoreSpec } from './restore.ts';
import type { SourceFact } from './run.ts';
import type { EngineLimits } from './throttle.ts';

/**
 * What a privileged program does, by the rights that it takes. Each has a socket, and may be a process with those rights alone.
 * - `backup`: looks at sources and saves them; has to read everything.
 * - `restore`: brings snapshots back with their owners, into a folder of its own.
 * - `volumes`: makes snapshots of file systems.
 * - `mounts`: mounts known disks where everybody sees them.
 */
export type PrivilegedRole = 'backup' | 'restore' | 'volumes' | 'mounts';

export const privilegedRoles: readonly PrivilegedRole[] = ['backup', 'restore', 'volumes', 'mounts'];

/** What a privileged program says of itself. */
export interface PrivilegedFacts {
  readonly version: string;
  readonly role: PrivilegedRole;
  /** The file of its policy. */
  readonly policyFile: string;
  /** Jobs, repositories or volumes that its policy has for the one who asks. */
  readonly allowed: readonly string[];
  /** What is not as it should be, such as rights that it does not need. */
  readonly warnings: readonly string[];
}

/** How an engine is started with more rights than this process has. */
export interface PrivilegedStart {
  /** Folder of this process where the start is noted before it is asked for; one engine per folder, ever. */
  readonly spool: string;
  readonly orphanPolicy: OrphanPolicy;
  /** Where the caller takes the repository to be: the policy has to have the same. */
  readonly location: string;
  /** The name under which the sources were kept as they are. */
  readonly frozen?: string | undefined;
  /** What it begins with. */
  readonly limits: EngineLimits;
}

/** An engine that the privileged program started under its own shim. */
export interface StartedEngine {
  readonly engine: EngineProcess;
  /** Version of the engine's program. */
  readonly version: string;
}

/** A source as the privileged program sees it. */
export interface SeenSource {
  readonly fact: SourceFact;
  /** What the engine is to be given; null if it is not there. */
  readonly target: string | null;
}

/** What of a snapshot is restored with its owners. */
export type PrivilegedRestore = Pick<RestoreSpec, 'snapshot' | 'include' | 'exclude' | 'verify'>;

export interface StartedRestore extends StartedEngine {
  /** The new folder that it is restored into, which the privileged program made. */
  readonly target: string;
}

/** Sources that are read as they were at one moment, until that is taken back. */
export interface FrozenSources {
  /** Of which a snapshot was made. */
  readonly frozen: readonly string[];
  /** Those that no volume of the policy has. */
  readonly asTheyAre: readonly string[];
}

/** The engine operations on one repository. All reject with `bridge.*` if they are refused or nobody answers. */
export interface PrivilegedEngines {
  look(sources: readonly string[], signal?: AbortSignal): Promise<readonly SeenSource[]>;
  /**
   * Makes snapshots of the file systems that the sources of the job are on, under the caller's name for them. A backup with that name
   * reads them in the place of the sources; what was made under another one for the same job and repository is taken back.
   */
  freeze(id: string, snapshot: SourceSnapshot, signal?: AbortSignal): Promise<FrozenSources>;
  /** Nothing happens if there is nothing of that name. No engine reads it any more. */
  thaw(id: string, signal?: AbortSignal): Promise<void>;
  /** Only what the policy of root says of the job: any difference is refused. */
  backup(spec: BackupSpec, start: PrivilegedStart, signal?: AbortSignal): Promise<StartedEngine>;
  restore(wanted: PrivilegedRestore, start: PrivilegedStart, signal?: AbortSignal): Promise<StartedRestore>;
}

/** A snapshot of a file system, for as long as it is needed. */
export interface HeldVolume {
  /** Where its files are. */
  readonly path: string;
}

/**
 * Asks a small program with more rights for a few things. It does what a file of root allows for whoever asks, and nothing else;
 * who asks is what the system says, never what the message says. Rejections are `bridge.unreachable` and `bridge.refused`.
 */
export interface PrivilegedBridge {
  facts(role: PrivilegedRole, signal?: AbortSignal): Promise<PrivilegedFacts>;
  /** `job` is the one whose sources are looked at and saved. */
  engines(repository: RepositoryName, job: JobId): PrivilegedEngines;
  /**
   * The engine whose start was noted in this spool folder; undefined if none was started there, and none can be any more.
   * Rejects if nobody can tell.
   */
  find(spool: string): Promise<EngineProcess | undefined>;
  /** A snapshot of a volume of the policy; `id` is the caller's name for it, by which it is released. */
  createSnapshot(volume: string, id: string, signal?: AbortSignal): Promise<HeldVolume>;
  /** Nothing happens if there is none. */
  releaseSnapshot(volume: string, id: string, signal?: AbortSignal): Promise<void>;
  /** Mounts a location of the policy where the policy says; gives that place. Nothing happens if it is mounted there. */
  mount(location: string, signal?: AbortSignal): Promise<HeldVolume>;
  unmount(location: string, signal?: AbortSignal): Promise<void>;
}

/** A command line that is ready to be started, and what of. */
export interface PreparedCommand {
  readonly command: EngineCommand;
  readonly version: string;
}

/** Builds the command lines of the engine operations that a privileged program starts. */
export interface EngineCommands {
  backup(repository: BackendRepository, spec: BackupSpec, limits: EngineLimits): Promise<PreparedCommand>;
  /** Throws `backend.unsupported` for an engine that writes through links which a snapshot may hold. */
  restore(repository: BackendRepository, spec: RestoreSpec, limits: EngineLimits): Promise<PreparedCommand>;
}
