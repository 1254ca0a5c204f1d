import { Query, type Connection } from '../store/connection.ts';
import { hashOf, stepsOf } from '../names.ts';
import type { PathNames, Place } from './path-names.ts';
import { fitsEnd, type Part, type Pattern } from './pattern.ts';
import { quoted, rareTrigrams } from './rare-trigrams.ts';

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

/** Places whose name may fit: by trigrams that it must have, else by a look at all names. */
function* candidates(connection: Connection, part: Part | undefined): Generator<Place> {
  const { literals = [], contained = '' } = part === undefined || part === '**' ? {} : part;
  const match = rareTrigrams(connection, literals)
    .map((trigram) => quoted(trigram))
    .join(' AND ');
  let last = 0;
  for (;;) {
    const some =
      match === ''
        ? connection.all(new Query<Place>(allAfter), last, contained, pageSize)
        : connection.all(new Query<Place>(matchingAfter), match, last, contained, pageSize);
    yield* some;
    const end = some.at(-1);
    if (end === undefined || some.length < pageSize) return;
    last = end.id;
  }
}

// An empty text is in every name.
const allAfter = `
  select id, parent, name from paths where id > ? and parent <> 0 and instr(name, ?) > 0 order by id limit ?`;

const matchingAfter = `
  select p.id, p.parent, p.name from names n join paths p on p.id = n.rowid
  where names match ? and n.rowid > ? and instr(p.name, ?) > 0 order by n.rowid limit ?`;
