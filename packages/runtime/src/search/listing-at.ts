import type { Operation, Snapshot, SnapshotEntry } from '@umbracore/contracts';
import type { Catalog } from '@umbracore/catalog';
import { candidatePaths, entriesAt } from '@umbracore/restore';
import { directlyIn } from './folder-at.ts';
import { askCatalog, lostCatalog, type KnownSnapshots } from './known-snapshots.ts';

/** Something in a snapshot: a folder with what is in it, or a file alone. */
export interface Listing {
  readonly top: string;
  readonly entries: readonly SnapshotEntry[];
}

export interface Place {
  readonly known: KnownSnapshots;
  readonly snapshot: Snapshot;
  /** As it was given. */
  readonly path: string | undefined;
}

/** What is at a path, by the catalog if it has the snapshot, else by the backend. Undefined if nothing is. */
export async function listingAt(place: Place, recursive: boolean, operation: Operation): Promise<Listing | undefined> {
  const { known, snapshot, path } = place;
  const answered = askCatalog(known, snapshot.id, (catalog) => ({ listing: inCatalog(catalog, place, recursive) }));
  if (answered !== undefined) return answered.listing;
  if (known.backend === undefined) throw lostCatalog(known);
  const { root, entries } = await entriesAt(known.backend, snapshot, path, operation);
  if (entries.length === 0 && path !== undefined) return undefined;
  const top = root ?? commonFolder(snapshot.paths);
  return { top, entries: recursive ? entries : directlyIn(entries, top) };
}

function inCatalog(
  catalog: Catalog,
  { snapshot: { id, paths }, path }: Place,
  recursive: boolean,
): Listing | undefined {
  const at = (top: string): readonly SnapshotEntry[] => {
    if (recursive) return [...catalog.list(id, path === undefined ? '/' : top)];
    const own = catalog.entry(id, top);
    return directlyIn([...(own === undefined ? [] : [own]), ...catalog.folder(id, top)], top);
  };
  if (path === undefined) return { top: commonFolder(paths), entries: at(commonFolder(paths)) };
  const top = candidatePaths(path, paths).find((each) => each === '/' || catalog.entry(id, each) !== undefined);
  return top === undefined ? undefined : { top, entries: at(top) };
}

/** Where a listing without a path begins: the folder that all sources share, or the only source itself. */
export function commonFolder(paths: readonly string[]): string {
  const [first = '/', ...rest] = paths;
  const parts = first.split('/');
  const shared = rest.reduce((length, path) => {
    const others = path.split('/');
    const differs = parts.slice(0, length).findIndex((part, index) => part !== others[index]);
    return differs === -1 ? length : differs;
  }, parts.length);
  return parts.slice(0, shared).join('/') || '/';
}
