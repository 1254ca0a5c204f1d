import { basename, dirname, join } from 'node:path';
import type { RestoreCounts, SnapshotEntry } from '@umbracore/contracts';
import { besideName } from './beside.ts';
import { decide, isNewer, isSame, type Facts, type PlannedAction, type RestoreMode } from './decide.ts';

/** What a restore will do with one entry that is not a folder. */
export interface PlannedEntry {
  readonly action: PlannedAction;
  readonly entry: SnapshotEntry;
  /** Where it goes. */
  readonly target: string;
  /** True if what is there now was modified after what is in the snapshot. */
  readonly yoursIsNewer: boolean;
}

/** What a restore would do, before it does anything. */
export interface RestorePlan {
  readonly entries: readonly PlannedEntry[];
  /** Folders of the snapshot that are not there yet. */
  readonly folders: readonly SnapshotEntry[];
  readonly counts: RestoreCounts;
  readonly bytes: RestoreCounts;
  /** Existing ones, where they are, that differ and are newer than the snapshot's, whatever the mode does with them. */
  readonly newer: readonly PlannedEntry[];
}

export interface Planning {
  readonly targetOf: (path: string) => string;
  readonly lookUp: (target: string) => Facts | undefined;
  readonly mode: RestoreMode;
}

const nothing: RestoreCounts = { create: 0, replace: 0, beside: 0, keep: 0, unchanged: 0, remove: 0 };

/** Folders are made when needed and never replaced. */
export function planRestore(entries: readonly SnapshotEntry[], planning: Planning): RestorePlan {
  const planned = entries.filter(({ type }) => type !== 'dir').map((entry) => planEntry(entry, planning));
  const counts = { ...nothing };
  const bytes = { ...nothing };
  for (const { action, entry } of planned) {
    counts[action] += 1;
    bytes[action] += entry.size;
  }
  const folders = entries.filter(
    ({ type, path }) => type === 'dir' && planning.lookUp(planning.targetOf(path)) === undefined,
  );
  // What is put beside it has another name.
  const newer = planned
    .filter(({ yoursIsNewer }) => yoursIsNewer)
    .map((each) => ({ ...each, target: planning.targetOf(each.entry.path) }));
  return { entries: planned, folders, counts, bytes, newer };
}

function planEntry(entry: SnapshotEntry, { targetOf, lookUp, mode }: Planning): PlannedEntry {
  const target = targetOf(entry.path);
  const existing = lookUp(target);
  const saved = factsOf(entry);
  const yoursIsNewer = isNewer(saved, existing);
  const action = decide(saved, existing, mode);
  if (action !== 'beside') return { action, entry, target, yoursIsNewer };
  const beside = besidePlace(target, saved, lookUp);
  return { action: beside.isThere ? 'unchanged' : 'beside', entry, target: beside.path, yoursIsNewer };
}

/** Where it goes beside what stays: the first free name, or the one at which it is already. */
export function besidePlace(
  target: string,
  saved: Facts,
  lookUp: (target: string) => Facts | undefined,
): { readonly path: string; readonly isThere: boolean } {
  for (let attempt = 1; ; attempt += 1) {
    const path = join(dirname(target), besideName(basename(target), attempt));
    const existing = lookUp(path);
    if (existing === undefined) return { path, isThere: false };
    if (isSame(saved, existing)) return { path, isThere: true };
  }
}

const factsOf = ({ type, size, modifiedAt }: SnapshotEntry): Facts => ({
  type: type === 'file' || type === 'dir' ? type : 'other',
  size,
  modifiedAt,
});
