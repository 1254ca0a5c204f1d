import type { Instant, Operation, Backend, Snapshot, SnapshotEntry } from '@umbracore/contracts';

/** How far the catalog is in taking in what a repository has. */
export interface CatchUpProgress {
  readonly done: number;
  readonly total: number;
}

export interface CatchUpOptions extends Pick<Operation, 'signal'> {
  readonly report?: ((progress: CatchUpProgress) => void) | undefined;
  /** Bytes that the catalog may take on the disk. Snapshots that are too many for that are left out, the oldest first. */
  readonly budgetBytes: number;
  /** How long others have their turn after every few milliseconds of work; 0 just lets them in. */
  readonly restMs?: number | undefined;
}

export interface CatchUp {
  readonly added: number;
  /** Snapshots that the repository does not have any more. */
  readonly dropped: number;
  /** Snapshots of the repository that are not in the catalog, because it would grow too large. */
  readonly leftOut: number;
}

export interface CatalogQuery {
  /** As restic reads it: it fits a name at any depth, with a slash at its beginning a whole path. */
  readonly pattern: string;
  readonly ignoreCase: boolean;
  /** Only in these; in all if absent. */
  readonly snapshots?: ReadonlySet<string> | undefined;
}

/** One state of a path, and the snapshots that hold it. */
export interface CatalogHit {
  readonly entry: SnapshotEntry;
  readonly snapshots: readonly string[];
}

/** A path that two snapshots do not have alike; undefined where there is nothing. */
export interface CatalogDifference {
  readonly before: SnapshotEntry | undefined;
  readonly after: SnapshotEntry | undefined;
  /** False if only times, rights or the like differ; undefined if the content of one side is not known. */
  readonly contentDiffers: boolean | undefined;
}

/** What is in a folder of a snapshot, at any depth. */
export interface FolderTotal {
  readonly path: string;
  readonly files: number;
  readonly bytes: number;
}

/**
 * What the snapshots of one repository hold, on the disk of this machine. Snapshots do not change, so that what is in it is true as
 * long as the snapshot is there. Reading takes no network and no secret.
 *
 * A file that is damaged is removed: reading then throws `state.damaged` once, and the catalog is empty.
 */
export interface Catalog extends Disposable {
  /** When it agreed with the repository; undefined if it never did. */
  readonly asOf: Instant | undefined;
  readonly bytes: number;
  /** Whether another process has put another file in its place, or none: this one is out of date then. */
  readonly isReplaced: boolean;
  /** Oldest first. */
  snapshots(): readonly Snapshot[];
  holds(snapshot: string): boolean;
  /**
   * Takes in the snapshots of the repository that are not in it, and forgets those that are gone. Each is taken in whole or not at
   * all. Throws `state.busy` if another process is doing that, `state.full` and `state.read-only` if it cannot be written.
   */
  catchUp(backend: Backend, options: CatchUpOptions): Promise<CatchUp>;
  /** What is at a path of a snapshot. Throws `snapshot.absent` for a snapshot that is not in the catalog, as the others. */
  entry(snapshot: string, path: string): SnapshotEntry | undefined;
  /** What lies directly in a folder, by name. */
  folder(snapshot: string, path: string): readonly SnapshotEntry[];
  /** What is at a path and below it, folders before what is in them. */
  list(snapshot: string, path?: string): Iterable<SnapshotEntry>;
  /**
   * Path by path in no order, of each the newest version first. Nothing of it is held. Throws `state.busy` if the catalog is closed
   * before the end.
   */
  find(query: CatalogQuery): Iterable<CatalogHit>;
  /** What differs between two snapshots, by path. Undefined if they have too little in common to be compared. */
  differences(from: string, to: string): readonly CatalogDifference[] | undefined;
  /** How much lies in each folder of a folder. */
  totals(snapshot: string, path: string): readonly FolderTotal[];
  /** Empties it: it is filled anew from the repository. */
  drop(): void;
}
