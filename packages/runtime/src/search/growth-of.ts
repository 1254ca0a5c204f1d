import type { FolderTotal } from '@umbracore/catalog';
import type { FoundPair } from '../refs/find-pair.ts';
import { placeInPair } from '../refs/places.ts';
import type { ReachOptions } from './known-snapshots.ts';
import { commonFolder } from './listing-at.ts';
import { totalsAt } from './totals-at.ts';

type Total = Pick<FolderTotal, 'files' | 'bytes'>;

/** What was in a folder, and what is now. */
export interface FolderGrowth {
  readonly path: string;
  readonly before: Total;
  readonly after: Total;
}

const nothing: Total = { files: 0, bytes: 0 };

/** What changed most comes first, in whichever direction; of what did not change, the largest. */
export function growthOf(before: readonly FolderTotal[], after: readonly FolderTotal[]): readonly FolderGrowth[] {
  const [old, young] = [before, after].map((totals) => new Map(totals.map((total) => [total.path, total])));
  const paths = new Set([...before, ...after].map(({ path }) => path));
  return [...paths]
    .map((path) => ({ path, before: old?.get(path) ?? nothing, after: young?.get(path) ?? nothing }))
    .sort((one, other) => changeIn(other) - changeIn(one) || other.after.bytes - one.after.bytes);
}

const changeIn = ({ before, after }: FolderGrowth): number => Math.abs(after.bytes - before.bytes);

/** How what lies in a folder grew from one snapshot to another; without a path in that which all sources share. */
export async function growthBetween(
  pair: FoundPair,
  { signal }: ReachOptions = {},
): Promise<{ readonly path: string; readonly folders: readonly FolderGrowth[] }> {
  const { from, to } = pair;
  const path = (await placeInPair(pair, { signal })) ?? commonFolder(to.paths);
  const before = await totalsAt(pair, from.id, path, { signal });
  return { path, folders: growthOf(before, await totalsAt(pair, to.id, path, { signal })) };
}
