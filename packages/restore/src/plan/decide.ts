import type { OverwriteMode } from '@umbracore/contracts';

/** What becomes of something that is there already. `both` leaves it and puts what is restored beside it. */
export type RestoreMode = OverwriteMode | 'both';

export const restoreModes: readonly RestoreMode[] = ['never', 'if-newer', 'if-changed', 'always', 'both'];

/** What is at a place, or is to come there. */
export interface Facts {
  readonly type: 'file' | 'dir' | 'other';
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modifiedAt: number;
}

export type PlannedAction = 'create' | 'replace' | 'beside' | 'keep' | 'unchanged';

/** What a restore does with one thing that is no folder. A folder in its way is never replaced. */
export function decide(saved: Facts, existing: Facts | undefined, mode: RestoreMode): PlannedAction {
  if (existing === undefined) return 'create';
  if (existing.type === 'dir') return 'keep';
  if (mode !== 'always' && isSame(saved, existing)) return 'unchanged';
  switch (mode) {
    case 'never':
      return 'keep';
    case 'if-newer':
      return saved.modifiedAt > existing.modifiedAt ? 'replace' : 'keep';
    case 'if-changed':
    case 'always':
      return 'replace';
    case 'both':
      return 'beside';
  }
}

/** Work done since the snapshot, whatever the mode does with it. */
export const isNewer = (saved: Facts, existing: Facts | undefined): boolean =>
  existing !== undefined && !isSame(saved, existing) && existing.modifiedAt > saved.modifiedAt;

/**
 * Size and time decide, as they do for the engine; of a link only its time tells. Times in a snapshot are finer than those of
 * some file systems.
 */
export function isSame(saved: Facts, existing: Facts): boolean {
  if (saved.type !== existing.type || Math.abs(saved.modifiedAt - existing.modifiedAt) >= 2) return false;
  return saved.type !== 'file' || saved.size === existing.size;
}
