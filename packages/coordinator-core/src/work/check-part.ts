import type { CheckScope } from '@umbracore/contracts';

/** Part `part` of `of`, both from 1. */
export interface CheckPart {
  readonly part: number;
  readonly of: number;
}

/** restic tells packs apart by the first byte of their ids (all versions), so there are no smaller parts. */
const mostParts = 256;

/** What of the last check matters to the next one. */
export interface LastCheck {
  readonly sound: boolean;
  readonly part: CheckPart | null;
}

/**
 * The part of the data that is read next; null for none. The same one again after damage, so that a mended repository is
 * proved where it was broken. From the first one on when the size of the parts was changed.
 */
export function nextPart(readPercent: number, last: LastCheck | undefined): CheckPart | null {
  if (!(readPercent > 0)) return null;
  const of = Math.min(mostParts, Math.ceil(100 / readPercent - 1e-9));
  const before = last?.part;
  if (last === undefined || before === null || before === undefined || before.of !== of) return { part: 1, of };
  return last.sound ? { part: (before.part % of) + 1, of } : { part: before.part, of };
}

/** Every scope has the structure in it. */
export function scopeOf(part: CheckPart | null): CheckScope {
  if (part === null) return { type: 'structure' };
  return part.of === 1 ? { type: 'all' } : { type: 'part', ...part };
}
