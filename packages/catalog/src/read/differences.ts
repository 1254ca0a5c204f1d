import type { CatalogDifference } from '../catalog.ts';
import { Query, type Connection } from '../store/connection.ts';
import { statesOfLine } from '../store/schema.ts';
import { entryOf, facts, type State, type VersionRow } from './entries.ts';
import { PathNames } from './path-names.ts';

interface Side extends Omit<VersionRow, 'name'> {
  readonly content: number | null;
  readonly isBefore: number;
}

/** Versions of one line that one of two states has and the other has not. */
const select = `
  select v.path as id, ${facts}, v.content, v.first <= ?1 and (v.last is null or v.last >= ?1) as isBefore
  from versions v join attributes a on a.id = v.attributes
  where v.first between ?3 and ?4
    and (v.first <= ?1 and (v.last is null or v.last >= ?1)) <> (v.first <= ?2 and (v.last is null or v.last >= ?2))
  order by v.path`;

/** Both states are of one line. */
export function differences(connection: Connection, before: State, after: State): readonly CatalogDifference[] {
  const start = Math.floor(before.id / statesOfLine) * statesOfLine;
  const names = new PathNames(connection);
  const sides = new Map<number, { before?: Side; after?: Side }>();
  for (const side of connection.all(new Query<Side>(select), before.id, after.id, start, start + statesOfLine - 1)) {
    const pair = sides.get(side.id) ?? {};
    pair[side.isBefore === 1 ? 'before' : 'after'] = side;
    sides.set(side.id, pair);
  }
  return [...sides]
    .map(([id, pair]) => {
      const path = names.of(id);
      return { key: keyOf(path), difference: differenceOf(path, pair) };
    })
    .sort((one, other) => Buffer.compare(one.key, other.key))
    .map(({ difference }) => difference);
}

/** Sorts as bytes do, with what is in a folder right behind it. */
const keyOf = (path: string): Buffer => Buffer.from(path.replaceAll('/', '\0'));

function differenceOf(path: string, { before, after }: { before?: Side; after?: Side }): CatalogDifference {
  const isKnown = before?.content !== null && after?.content !== null;
  return {
    before: before && entryOf(path, before),
    after: after && entryOf(path, after),
    contentDiffers: isKnown ? before?.content !== after?.content || before?.size !== after?.size : undefined,
  };
}
