import type { OverwriteMode, SnapshotEntry } from '@umbracore/contracts';

/** What is at the target of an entry now. */
export interface Existing {
  readonly type: 'file' | 'dir' | 'other';
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modifiedAt: number;
}

export type PlannedAction = 'create' | 'replace' | 'keep' | 'unchanged';

/** What a restore will do with one entry that is not a folder. */
export interface PlannedEntry {
  readonly action: PlannedAction;
  readonly entry: SnapshotEntry;
  /** Where it goes. */
  readonly target: string;
  /** True if what is there now was modified after what is in the snapshot. */
  readonly yoursIsNewer: boolean;
}

export interface RestorePreview {
  readonly entries: readonly PlannedEntry[];
  readonly counts: Readonly<Record<PlannedAction, number>>;
  readonly bytes: Readonly<Record<PlannedAction, number>>;
  /** Existing ones that differ and are newer than the snapshot's, whatever the mode does with them. */
  readonly newer: readonly PlannedEntry[];
}

/** Folders are not listed: they are made when needed and never replaced. */
export function previewRestore(
  entries: readonly SnapshotEntry[],
  targetOf: (path: string) => string,
  lookUp: (target: string) => Existing | undefined,
  mode: OverwriteMode,
): RestorePreview {
  const planned = entries
    .filter(({ type }) => type !== 'dir')
    .map((entry) => planEntry(entry, targetOf(entry.path), lookUp, mode));
  const counts = { create: 0, replace: 0, keep: 0, unchanged: 0 };
  const bytes = { create: 0, replace: 0, keep: 0, unchanged: 0 };
  for (const { action, entry } of planned) {
    counts[action] += 1;
    bytes[action] += entry.size;
  }
  return { entries: planned, counts, bytes, newer: planned.filter(({ yoursIsNewer }) => yoursIsNewer) };
}

function planEntry(
  entry: SnapshotEntry,
  target: string,
  lookUp: (target: string) => Existing | undefined,
  mode: OverwriteMode,
): PlannedEntry {
  const existing = lookUp(target);
  if (existing === undefined) return { action: 'create', entry, target, yoursIsNewer: false };
  const same = isSame(entry, existing);
  const yoursIsNewer = !same && existing.modifiedAt > entry.modifiedAt;
  return {
    action: same && mode !== 'always' ? 'unchanged' : overwriteAction(entry, existing, mode),
    entry,
    target,
    yoursIsNewer,
  };
}

/** Size and time decide, as they do for the engine. Times in a snapshot are finer than those of some file systems. */
function isSame(entry: SnapshotEntry, existing: Existing): boolean {
  if (entry.type !== 'file' || existing.type !== 'file') return entry.type !== 'file' && existing.type === 'other';
  return entry.size === existing.size && Math.abs(entry.modifiedAt - existing.modifiedAt) < 2;
}

function overwriteAction(entry: SnapshotEntry, existing: Existing, mode: OverwriteMode): 'replace' | 'keep' {
  switch (mode) {
    case 'never':
      return 'keep';
    case 'if-newer':
      return entry.modifiedAt > existing.modifiedAt ? 'replace' : 'keep';
    case 'if-changed':
    case 'always':
      return 'replace';
  }
}
