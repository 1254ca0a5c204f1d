import { Query, type Connection } from '../store/connection.ts';
import { hashOf, stepsOf } from '../names.ts';
import type { PathNames, Place } from './path-names.ts';
import { fitsEnd, type Part, type Pattern } from './pattern.ts';

/** Places whose names end a run that fits, but for those below another one. What is below them fits as well. */
export function* anchorsOf(connection: Connection, pattern: Pattern, names: PathNames): Generator<Place> {
  if (pattern.rooted && !pattern.parts.includes('**')) {
    yield* descend(connection, pattern.parts);
    return;
  }
  for (const place of candidates(connection, pattern.parts.at(-1))) {
    if (fitsLast(pattern, place.name) && fitsFirst(pattern, stepsOf(names.at(place)))) yield place;
  }
}

/** From the roots on, one name at a time. */
function descend(connection: Connection, parts: readonly Part[]): readonly Place[] {
  const roots = 'select p.id, p.parent, p.name from lines l join paths p on p.id = l.root';
  let places = connection.all(new Query<Place>(roots));
  for (const part of parts) places = places.flatMap(({ id }) => childrenThatFit(connection, id, part));
  return places;
}

const children = 'select id, parent, name from paths where parent = ?';

function childrenThatFit(connection: Connection, folder: number, part: Part): readonly Place[] {
  if (part === '**') return [];
  const { exact } = part;
  const some =
    exact === undefined
      ? connection.all(new Query<Place>(children), folder)
      : connection.all(new Query<Place>(`${children} and hash = ?`), folder, hashOf(exact));
  return some.filter(({ name }) => part.fits(name));
}

const fitsLast = ({ parts }: Pattern, name: string): boolean => {
  const last = parts.at(-1);
  return last === undefined || last === '**' || last.fits(name);
};

/** Whether a path fits, and none that it lies in does. */
function fitsFirst(pattern: Pattern, steps: readonly string[]): boolean {
  const fits = (length: number): boolean => fitsEnd(pattern, steps.slice(0, length));
  if (!fits(steps.length)) return false;
  for (let length = 1; length < steps.length; length += 1) if (fits(length)) return false;
  return true;
}

/** So many names are looked at between two questions: an answer may be longer than memory. */
const pageSize = 5000;

/** Places whose name may fit: by the trigrams that it must have, else by a look at all names. */
function* candidates(connection: Connection, part: Part | undefined): Generator<Place> {
  const trigrams = trigramsOf(part === undefined || part === '**' ? [] : part.literals);
  const match = trigrams.map((trigram) => `"${trigram.replaceAll('"', '""')}"`).join(' AND ');
  let last = 0;
  for (;;) {
    const some =
      match === ''
        ? connection.all(new Query<Place>(allAfter), last, pageSize)
        : connection.all(new Query<Place>(matchingAfter), match, last, pageSize);
    yield* some;
    const end = some.at(-1);
    if (end === undefined || some.length < pageSize) return;
    last = end.id;
  }
}

const allAfter = 'select id, parent, name from paths where id > ? and parent <> 0 order by id limit ?';

const matchingAfter = `
  select p.id, p.parent, p.name from names n join paths p on p.id = n.rowid
  where names match ? and n.rowid > ? order by n.rowid limit ?`;

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
