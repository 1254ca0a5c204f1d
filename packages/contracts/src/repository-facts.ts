import type { Operation } from './operation.ts';
import type { Instant } from './time.ts';

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
  /** The numbering that the pid is of, as in `ProcessIdentity`, if the lock tells: in another one the same pid is another process. */
  readonly pids?: string | undefined;
  /** False if its owner never writes it anew: then its age says nothing about the owner. */
  readonly renewed?: boolean | undefined;
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
