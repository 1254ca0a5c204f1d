import type { Instant } from '@umbracore/contracts';
import { IdSet } from './id-set.ts';

/** What is known of a pack that an index names. */
export interface KnownPack {
  readonly bytes: number;
  /** When the file system says that the file was last changed, in milliseconds; any other time means that it must be read. */
  readonly changedAt: number;
  readonly knownSince: Instant;
  /** When its content last had the hash that is its name; undefined if nobody has looked yet. */
  readonly readAt: Instant | undefined;
}

/** What was found right in a repository, and when. Losing it costs time and nothing else: all is looked at again. */
export interface Remembered {
  /** When everything was last found right. */
  readonly soundAt: Instant | undefined;
  /** When something was last found wrong; undefined once everything was found right again. */
  readonly damagedAt?: Instant | undefined;
  readonly packs: ReadonlyMap<string, KnownPack>;
  /** Trees whose content is right, and whose blobs and trees are in these index files. */
  readonly trees: IdSet;
  readonly indexFiles: readonly string[];
  /** The first ids of the snapshots that were there. */
  readonly snapshots: readonly string[];
  /** Files of snapshots whose trees are among those, with the first ids of the snapshots. */
  readonly snapshotFiles: ReadonlyMap<string, string>;
  /** Bytes that were read again, by the day of UTC on which that was. */
  readonly rereadBytes: ReadonlyMap<number, number>;
}

export const nothingRemembered: Remembered = {
  soundAt: undefined,
  packs: new Map(),
  trees: new IdSet(),
  indexFiles: [],
  snapshots: [],
  snapshotFiles: new Map(),
  rereadBytes: new Map(),
};
