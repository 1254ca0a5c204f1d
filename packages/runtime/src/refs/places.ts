import { UmbraError, type Operation, type Snapshot } from '@umbracore/contracts';
import { candidatePaths, entriesBelow } from '@umbracore/restore';
import { askCatalog, lostCatalog, type KnownSnapshots } from '../search/known-snapshots.ts';
import type { FoundPair } from './find-pair.ts';

/** The first place that a path may mean at which one of the snapshots has something. */
export async function placeInSnapshots(
  known: KnownSnapshots,
  snapshots: readonly Snapshot[],
  path: string,
  operation: Operation,
): Promise<string | undefined> {
  const sources = snapshots.flatMap(({ paths }) => paths);
  for (const root of candidatePaths(path, sources)) {
    for (const { id } of snapshots) if (await isThere(known, id, root, operation)) return root;
  }
  return undefined;
}

async function isThere(known: KnownSnapshots, id: string, path: string, operation: Operation): Promise<boolean> {
  const answered = askCatalog(known, id, (catalog) => path === '/' || catalog.entry(id, path) !== undefined);
  if (answered !== undefined) return answered;
  if (known.backend === undefined) throw lostCatalog(known);
  for await (const _ of entriesBelow(known.backend, id, path, operation)) return true;
  return false;
}

/** Where the path is to which a comparison is confined; undefined for everything. Throws `snapshot.absent` if neither snapshot has it. */
export async function placeInPair(pair: FoundPair, operation: Operation): Promise<string | undefined> {
  const { from, to, path } = pair;
  if (path === undefined) return undefined;
  const place = await placeInSnapshots(pair, [to, from], path, operation);
  if (place !== undefined) return place;
  throw new UmbraError('snapshot.absent', `the snapshots ${from.shortId} and ${to.shortId} have no ${path}`, {
    hint: `See what they have: umbra ls ${to.shortId}`,
  });
}
