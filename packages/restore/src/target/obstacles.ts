import { posix } from 'node:path';
import type { RestorePlan } from '../plan/plan-restore.ts';
import { isAtOrBelow } from '../plan/places.ts';
import type { Base } from './bases.ts';
import { lookAtPath } from './look-at.ts';

/** Something that is where a restore needs a folder, or a folder where it needs room for a file. */
export interface Obstacle {
  readonly path: string;
  readonly what: 'link' | 'file' | 'folder';
}

/**
 * What stands in the way of a plan. Links below the base are not followed: whoever may write there could else choose where a
 * restore writes.
 */
export function obstaclesTo(plan: RestorePlan, bases: readonly Base[], keepsAll: boolean): readonly Obstacle[] {
  const found = new Map<string, Obstacle>();
  const seen = new Set<string>(bases.map(({ outside }) => outside));
  const note = (path: string, what: Obstacle['what'] | undefined): void => {
    if (what !== undefined) found.set(path, { path, what });
  };
  for (const { action, target } of plan.entries) {
    if (action === 'unchanged') continue;
    if (action === 'keep') {
      if (!keepsAll && kindAt(target) === 'folder') note(target, 'folder');
      continue;
    }
    for (const above of foldersAbove(target, seen, bases)) note(above, inTheWay(above));
  }
  return [...found.values()];
}

/** Each folder is looked at once. */
function* foldersAbove(target: string, seen: Set<string>, bases: readonly Base[]): Generator<string> {
  for (let above = posix.dirname(target); !seen.has(above); above = posix.dirname(above)) {
    if (!bases.some(({ outside }) => isAtOrBelow(above, outside))) return;
    seen.add(above);
    yield above;
  }
}

function inTheWay(path: string): 'link' | 'file' | undefined {
  const kind = kindAt(path);
  return kind === 'folder' ? undefined : kind;
}

function kindAt(path: string): Obstacle['what'] | undefined {
  const facts = lookAtPath(path);
  if (facts === undefined) return undefined;
  if (facts.isDirectory()) return 'folder';
  return facts.isSymbolicLink() ? 'link' : 'file';
}
