import { Query, type Connection } from '../store/connection.ts';
import { hashOf, stepsOf } from '../names.ts';
import type { PathNames } from './path-names.ts';
import { fitsEnd, type Part, type Pattern } from './pattern.ts';

interface Place {
  readonly id: number;
  readonly name: string;
}

/** Places whose names end a run that fits. What is below them fits as well. */
export function anchorsOf(connection: Connection, pattern: Pattern, names: PathNames): readonly number[] {
  if (pattern.rooted && !pattern.parts.includes('**')) return descend(connection, pattern.parts);
  return candidates(connection, pattern.parts.at(-1))
    .filter(({ id, name }) => fitsLast(pattern, name) && fitsAbove(pattern, id, names))
    .map(({ id }) => id);
}

/** From the roots on, one name at a time. */
function descend(connection: Connection, parts: readonly Part[]): readonly number[] {
  let places = connection.all(new Query<{ readonly root: number }>('select root from lines')).map(({ root }) => root);
  for (const part of parts) {
    places = places.flatMap((place) => childrenThatFit(connection, place, part)).map(({ id }) => id);
  }
  return places;
}

function childrenThatFit(connection: Connection, place: number, part: Part): readonly Place[] {
  if (part === '**') return [];
  const { exact } = part;
  const children =
    exact === undefined
      ? connection.all(new Query<Place>('select id, name from paths where parent = ?'), place)
      : connection.all(
          new Query<Place>('select id, name from paths where parent = ? and hash = ?'),
          place,
          hashOf(exact),
        );
  return children.filter(({ name }) => part.fits(name));
}

const fitsLast = ({ parts }: Pattern, name: string): boolean => {
  const last = parts.at(-1);
  return last === undefined || last === '**' || last.fits(name);
};

const fitsAbove = (pattern: Pattern, id: number, names: PathNames): boolean =>
  (pattern.parts.length === 1 && !pattern.rooted) || fitsEnd(pattern, stepsOf(names.of(id).path));

/** Places whose name may fit: by the trigrams that it must have, else by a look at all names. */
function candidates(connection: Connection, part: Part | undefined): readonly Place[] {
  const literals = part === undefined || part === '**' ? [] : part.literals;
  const trigrams = trigramsOf(literals);
  if (trigrams.length > 0) {
    const match = trigrams.map((trigram) => `"${trigram.replaceAll('"', '""')}"`).join(' AND ');
    return connection.all(
      new Query<Place>('select p.id, p.name from names n join paths p on p.id = n.rowid where names match ?'),
      match,
    );
  }
  return connection.all(new Query<Place>('select id, name from paths where parent <> 0'));
}

/** So many are asked for at most: each makes the answer smaller, and costs something. */
const mostTrigrams = 8;

function trigramsOf(literals: readonly string[]): readonly string[] {
  const all = literals.flatMap((literal) => {
    const characters = Array.from(literal);
    return characters.slice(2).map((_, index) => characters.slice(index, index + 3).join(''));
  });
  const distinct = [...new Set(all)];
  const step = Math.max(1, distinct.length / mostTrigrams);
  return Array.from(
    { length: Math.min(distinct.length, mostTrigrams) },
    (_, index) => distinct[Math.floor(index * step)] ?? '',
  );
}
