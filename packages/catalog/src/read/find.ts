import type { CatalogHit, CatalogQuery } from '../catalog.ts';
import { Query, type Connection } from '../store/connection.ts';
import { anchorsOf } from './anchors.ts';
import { entryOf, facts, type VersionRow } from './entries.ts';
import { HolderIndex } from './holder-index.ts';
import { parsePattern } from './pattern.ts';
import { PathNames } from './path-names.ts';

interface Version extends Omit<VersionRow, 'id' | 'name'> {
  readonly first: number;
  readonly last: number | null;
}

const versionsAt = `
  select v.first, v.last, ${facts} from versions v join attributes a on a.id = v.attributes
  where v.path = ? order by v.first desc`;

export function find(connection: Connection, { pattern, ignoreCase, snapshots }: CatalogQuery): readonly CatalogHit[] {
  const names = new PathNames(connection);
  const holders = new HolderIndex(connection, snapshots);
  const hits: CatalogHit[] = [];
  for (const id of withAllBelow(connection, anchorsOf(connection, parsePattern(pattern, ignoreCase), names))) {
    for (const version of connection.all(new Query<Version>(versionsAt), id)) {
      const held = holders.between(version.first, version.last);
      if (held.length > 0) hits.push({ entry: entryOf(names.of(id).path, version), snapshots: held });
    }
  }
  return hits;
}

/** Each once: one that fits may lie in another. */
function withAllBelow(connection: Connection, anchors: readonly number[]): ReadonlySet<number> {
  const found = new Set<number>();
  const add = (id: number): void => {
    if (found.has(id)) return;
    found.add(id);
    for (const child of connection.all(new Query<{ readonly id: number }>('select id from paths where parent = ?'), id))
      add(child.id);
  };
  for (const anchor of anchors) add(anchor);
  return found;
}
