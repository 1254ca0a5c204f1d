import type { DurationMs, Instant } from './time.ts';

/** A saved state of some sources. */
export interface Snapshot {
  /** The backend's full id. */
  readonly id: string;
  readonly shortId: string;
  readonly time: Instant;
  readonly host: string;
  readonly user: string;
  readonly paths: readonly string[];
  readonly tags: readonly string[];
  readonly parent: string | undefined;
  /**
   * The id that it had first, before it was copied here or its tags were changed; undefined if it never had another one or
   * the backend does not tell.
   */
  readonly original?: string | undefined;
  readonly tree: string | undefined;
  /** Numbers that the backend keeps with the snapshot; absent in old or foreign ones. */
  readonly summary: SnapshotSummary | undefined;
}

export interface SnapshotSummary {
  readonly startedAt: Instant;
  readonly finishedAt: Instant;
  readonly filesNew: number;
  readonly filesChanged: number;
  readonly filesUnmodified: number;
  readonly filesProcessed: number;
  readonly bytesProcessed: number;
  readonly bytesAdded: number;
}

export type EntryType = 'file' | 'dir' | 'symlink' | 'dev' | 'chardev' | 'fifo' | 'socket' | 'irregular';

/** One file, folder or other entry of a snapshot. */
export interface SnapshotEntry {
  readonly path: string;
  readonly type: EntryType;
  /** Bytes; 0 for what has no content. */
  readonly size: number;
  readonly modifiedAt: Instant;
  /** Permission bits as in Unix, such as 0o644, with setuid, setgid and sticky. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** How one path differs between two snapshots. */
export interface PathChange {
  readonly path: string;
  readonly change: 'added' | 'removed' | 'modified' | 'type-changed' | 'metadata' | 'suspicious';
  /** What it is in the later one of the two, or was before it went. */
  readonly folder: boolean;
}

export interface SnapshotDiff {
  /** Empty if they were taken as they came. */
  readonly changes: readonly PathChange[];
  readonly addedBytes: number;
  readonly removedBytes: number;
}

export interface SnapshotFilter {
  /** Full ids or unambiguous prefixes. */
  readonly ids?: readonly string[] | undefined;
  /** Snapshots that carry all of these. */
  readonly tags?: readonly string[] | undefined;
  readonly host?: string | undefined;
  readonly path?: string | undefined;
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

const runTagPrefix = 'umbra-run:';
const jobTagPrefix = 'umbra-job:';
const forgottenPrefix = 'umbra-forgotten:';
const pinReasonPrefix = 'umbra-pin-reason:';

/** The tag that ties a snapshot to the run that made it; what the repository says of it is the truth after a crash. */
export const runTag = (run: string): string => `${runTagPrefix}${run}`;

/** The tag by which all snapshots of a job are grouped, whatever their host and paths. */
export const jobTag = (job: string): string => `${jobTagPrefix}${job}`;

/** The run that made a snapshot, if it was one of ours. */
export const runOfTags = (tags: readonly string[]): string | undefined => suffixOf(tags, runTagPrefix);

/** The job that a snapshot belongs to, if it is one of ours. */
export const jobOfTags = (tags: readonly string[]): string | undefined => suffixOf(tags, jobTagPrefix);

/** The tag of the snapshots that differential runs compare with. */
export const baseTag = 'umbra-base';

/** The tag of a snapshot that is never forgotten. With restic alone: `restic forget --keep-tag umbra-pin`. */
export const pinTag = 'umbra-pin';

/** A snapshot that somebody pinned. */
export interface Pin {
  readonly reason: string | undefined;
}

/** The tags that pin a snapshot. A comma would make two tags of one, so what stands in its way is written as in an address. */
export const pinTags = (reason: string | undefined): readonly string[] =>
  reason === undefined || reason === ''
    ? [pinTag]
    : [pinTag, pinReasonPrefix + reason.replaceAll(/[%,\p{Cc}]/gu, encodeURIComponent)];

/** The pin of a snapshot, if it has one. */
export function pinOfTags(tags: readonly string[]): Pin | undefined {
  if (!tags.includes(pinTag)) return undefined;
  const written = suffixOf(tags, pinReasonPrefix);
  return { reason: written === undefined ? undefined : decoded(written) };
}

/** True for the tags that a pin consists of. */
export const isPinTag = (tag: string): boolean => tag === pinTag || tag.startsWith(pinReasonPrefix);

/** The tag of a snapshot that is to be removed, with the moment of that decision: until the removal it can be taken back. */
export const forgottenTag = (at: Instant): string => `${forgottenPrefix}${new Date(at).toISOString()}`;

export const isForgottenTag = (tag: string): boolean => tag.startsWith(forgottenPrefix);

/** When a snapshot was marked to be removed; undefined if it was not. A mark that is no date is none. */
export function forgottenAt(tags: readonly string[]): Instant | undefined {
  const at = Date.parse(suffixOf(tags, forgottenPrefix) ?? '');
  return Number.isNaN(at) ? undefined : at;
}

/** Clocks of other machines may be ahead by so much. */
const aheadMs: DurationMs = 3_600_000;

/** What is dated so says nothing about when it was made: it counts for no retention, and is no newest one. */
export const isDatedAhead = ({ time }: Pick<Snapshot, 'time'>, now: Instant): boolean => time > now + aheadMs;

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Written by somebody else's hand.
    return text;
  }
}

function suffixOf(tags: readonly string[], prefix: string): string | undefined {
  return tags.find((tag) => tag.startsWith(prefix))?.slice(prefix.length);
}
