import type { EntryType } from './snapshot.ts';
import type { Instant } from './time.ts';

/** One entry of a folder as it is stored. */
export interface TreeEntry {
  /** As in the path of a listed entry. */
  readonly name: string;
  readonly type: EntryType;
  /** Bytes; 0 for what has no content. */
  readonly size: number;
  readonly modifiedAt: Instant;
  /** Permission bits as in Unix, such as 0o644, with setuid, setgid and sticky. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Id of the tree of a folder. */
  readonly subtree: string | undefined;
  /** Ids of the chunks that a file consists of, in order; empty for everything else. */
  readonly content: readonly string[];
}

/**
 * Reads the folders of snapshots one at a time. A tree's id follows from all that is in it, at any depth, so that what is in two
 * places under the same id is the same and need not be read twice. Takes no lock: a tree that is removed meanwhile rejects
 * with `repository.changed`.
 */
export interface TreeReader extends AsyncDisposable {
  /** How the id of a chunk follows from its bytes; undefined if it does not. */
  readonly chunkHash: 'sha256' | undefined;
  /** The tree of a snapshot, given by its full id. Throws `snapshot.absent`. */
  root(snapshot: string, signal?: AbortSignal): Promise<string>;
  /** The entries of a folder, in the backend's order. */
  read(tree: string, signal?: AbortSignal): Promise<readonly TreeEntry[]>;
  /** Bytes of a chunk's content; undefined if the repository does not have it. */
  chunkBytes(chunk: string, signal?: AbortSignal): Promise<number | undefined>;
}
