import { closeSync, fsyncSync, openSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  UmbraError,
  type Instant,
  type RestoreCounts,
  type RestoreOutcome,
  type UnreadableItem,
} from '@umbracore/contracts';
import type { RestoreMode } from '../plan/decide.ts';
import type { Wanted } from '../plan/choose.ts';
import type { Base } from '../target/bases.ts';
import type { StillOurs } from './claim.ts';

/**
 * `staging`: the engine writes beside the target, which is as it was. `moving`: it is put in place, piece by piece.
 * `finished`; `undoing` and `undone`: taken back; `discarded`: given up, or its undo is not kept any more.
 */
export type RestoreState = 'staging' | 'moving' | 'finished' | 'undoing' | 'undone' | 'discarded';

/** What is restored onto one file system. */
export interface Stage {
  /** Where its folder may be made, most wanted first, and under which name. */
  readonly places: readonly string[];
  readonly name: string;
  /** Of ours alone; `tree` in it is what the engine writes, `undo` what was replaced. Empty until it is made. */
  readonly folder: string;
  readonly include: readonly string[];
  readonly bytes: number;
  /** What the engine could not bring; null until it has brought the rest. */
  readonly staged: { readonly failed: readonly UnreadableItem[]; readonly bad: readonly string[] } | null;
}

/** All that is known of one restore, whatever happens to who carries it out. */
export interface RestoreRecord {
  readonly version: 1;
  readonly id: string;
  readonly createdAt: Instant;
  readonly repository: string;
  readonly snapshot: string;
  readonly wanted: Wanted;
  /** Null: to where it came from. */
  readonly target: string | null;
  readonly mode: RestoreMode;
  readonly verify: boolean;
  /** The folder into which somebody with more rights has restored it; absent: an engine does it. */
  readonly broughtTo?: string | undefined;
  /** Whether what the snapshot does not have is removed: as it was agreed to, which is beside the record. */
  readonly deletes?: boolean | undefined;
  /** Whether what is done can be taken back: not in a folder that is new anyway. */
  readonly undoable: boolean;
  readonly bases: readonly Base[];
  /** What is restored, as absolute paths of the snapshot; empty for everything. */
  readonly roots: readonly string[];
  /** Folders that are made for the target, outermost first. */
  readonly made: readonly string[];
  readonly stages: readonly Stage[];
  readonly planned: RestoreCounts;
  readonly state: RestoreState;
  readonly outcome: RestoreOutcome | null;
  readonly finishedAt: Instant | null;
  /** Until then what was replaced is kept. */
  readonly keepUntil: Instant | null;
  /** Bytes of what was replaced; absent in records of earlier versions and of one that has not ended. */
  readonly keptBytes?: number | undefined;
}

const name = 'restore.json';

/** Durable before it returns. */
export function writeRecord(folder: string, record: RestoreRecord, stillOurs: StillOurs): void {
  writeDurably(folder, name, `${JSON.stringify(record, null, 1)}\n`, stillOurs);
}

export function writeDurably(folder: string, file: string, text: string, stillOurs: StillOurs): void {
  const next = join(folder, `${file}.next`);
  writeFileSync(next, text, { mode: 0o600, flush: true });
  stillOurs();
  renameSync(next, join(folder, file));
  const fd = openSync(folder, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Throws `restore.unknown` if there is none. */
export function readRecord(folder: string, id: string): RestoreRecord {
  let text: string;
  try {
    text = readFileSync(join(folder, name), 'utf8');
  } catch (error) {
    throw new UmbraError('usage.unknown-restore', `there is no restore ${id}`, {
      hint: 'See which there are: umbra restore --list',
      cause: error,
    });
  }
  const record = JSON.parse(text) as RestoreRecord;
  if (record.version === 1) return withRemove(record);
  throw new UmbraError('state.newer', `the record of the restore ${id} is of a newer version`, {
    hint: 'Use the newer version of this program.',
  });
}

/** Earlier versions removed nothing, and did not count it. */
const withRemove = (record: RestoreRecord): RestoreRecord => ({
  ...record,
  planned: { ...record.planned, remove: record.planned.remove ?? 0 },
  outcome: record.outcome && {
    ...record.outcome,
    counts: { ...record.outcome.counts, remove: record.outcome.counts.remove ?? 0 },
  },
});

/** Ids of all that left a record, oldest first. */
export function recordIds(dir: string): readonly string[] {
  try {
    return readdirSync(dir)
      .filter((each) => each.startsWith('x-'))
      .sort();
  } catch {
    return [];
  }
}
