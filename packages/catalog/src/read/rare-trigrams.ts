import { Query, type Connection } from '../store/connection.ts';

/** So many trigrams of a text are looked at, and so many places of each. */
const mostLookedAt = 16;
const samplePlaces = 200;

/** To compare one name costs as much as to pass over so many places of a trigram. */
const placesPerName = 15;

/**
 * Of the trigrams of some texts those by which the names that have all of them are found soonest: the rarest, and others as long as they
 * leave out more than it costs to read them. To follow all of them would take the longer the more common they are.
 */
export function rareTrigrams(connection: Connection, texts: readonly string[]): readonly string[] {
  const all = Math.max(1, connection.number('select coalesce(max(id), 0) from paths'));
  const looked = someOf(trigramsIn(texts));
  const [rarest, ...others] = looked
    .map((trigram) => ({ trigram, places: placesOf(connection, trigram, all) }))
    .sort((one, other) => one.places - other.places);
  if (rarest === undefined) return [];
  const chosen = [rarest.trigram];
  let names = rarest.places;
  for (const { trigram, places } of others) {
    const left = (names * places) / all;
    if (places >= (names - left) * placesPerName) break;
    chosen.push(trigram);
    names = left;
  }
  // One that is common further on only looked rare: then all of them together leave out most.
  return isMore(connection, chosen, samplePlaces * 5 + rarest.places * 4) ? looked : chosen;
}

function isMore(connection: Connection, trigrams: readonly string[], most: number): boolean {
  const limit = Math.ceil(most);
  return (connection.first(new Query<Sample>(sample), trigrams.map(quoted).join(' AND '), limit)?.count ?? 0) >= limit;
}

/** About how many names have a trigram, by how close to each other the first of them lie. */
function placesOf(connection: Connection, trigram: string, all: number): number {
  const first = connection.first(new Query<Sample>(sample), quoted(trigram), samplePlaces);
  const { count = 0, last = null } = first ?? {};
  return count < samplePlaces || last === null ? count : (count * all) / last;
}

interface Sample {
  readonly count: number;
  readonly last: number | null;
}

const sample = `
  select count(*) count, max(rowid) last from (select rowid from names where names match ? limit ?)`;

/** A text as the index of names takes it. */
export const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

function trigramsIn(texts: readonly string[]): readonly string[] {
  const all = texts.flatMap((text) => {
    const characters = Array.from(text);
    return characters.slice(2).map((_, index) => characters.slice(index, index + 3).join(''));
  });
  return [...new Set(all)];
}

/** Evenly from all of them. */
function someOf(trigrams: readonly string[]): readonly string[] {
  const step = Math.max(1, trigrams.length / mostLookedAt);
  return Array.from(
    { length: Math.min(trigrams.length, mostLookedAt) },
    (_, index) => trigrams[Math.floor(index * step)] ?? '',
  );
}
