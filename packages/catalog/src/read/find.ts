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

/** One path after the other, so that nobody has to hold all of them. */
export function* find(connection: Connection, { pattern, ignoreCase, snapshots }: CatalogQuery): Generator<CatalogHit> {
  const names = new PathNames(connection);
  const holders = new HolderIndex(connection, snapshots);
  for (const anchor of anchorsOf(connection, parsePattern(pattern, ignoreCase), names)) {
    for (const { id, path } of withAllBelow(connection, { id: anchor.id, path: names.at(anchor) })) {
      for (const version of connection.all(new Query<Version>(versionsAt), id)) {
        const held = holders.between(version.first, version.last);
        if (held.length > 0) yield { entry: entryOf(path, version), snapshots: held };
      }
    }
  }
}

interface Found {
  readonly id: number;
  readonly path: string;
}

const childrenOf = new Query<{ readonly id: number; readonly name: string }>(
  'select id, name from paths where parent = ?',
);

function* withAllBelow(connection: Connection, top: Found): Generator<Found> {
  const waiting = [top];
  for (let found = waiting.pop(); found !== undefined; found = waiting.pop()) {
    const { id, path } = found;
    yield found;
    for (const child of connection.all(childrenOf, id)) waiting.push({ id: child.id, path: `${path}/${child.name}` });
  }
}
