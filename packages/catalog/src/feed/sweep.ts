import { Query, type Connection } from '../store/connection.ts';
import type { Pace } from './pace.ts';

/** So many versions are looked at in one piece. */
const atOnce = 2000;

interface Interval {
  readonly path: number;
  readonly first: number;
  readonly last: number;
}

/** Removes versions that no snapshot has any more, and places at which nothing ever was. */
export async function sweep(connection: Connection, pace: Pace): Promise<void> {
  const live = connection.all(
    new Query<{ readonly state: number }>('select distinct state from snapshots order by state'),
  );
  const states = live.map(({ state }) => state);
  const select = 'select path, first, last from versions where (path, first) > (?, ?) and last is not null limit ?';
  const emptied = new Set<number>();
  let [path, first] = [-1, -1];
  for (;;) {
    const some = connection.all(new Query<Interval>(select), path, first, atOnce);
    for (const each of some.filter((interval) => !holdsOne(states, interval))) {
      connection.run('delete from versions where path = ? and first = ?', each.path, each.first);
      emptied.add(each.path);
    }
    const end = some.at(-1);
    if (end === undefined) break;
    [path, first] = [end.path, end.first];
    if (pace.isDue) await pace.rest();
  }
  for (const id of emptied) removeIfEmpty(connection, id);
}

/** Whether one of the sorted states is in it. */
function holdsOne(states: readonly number[], { first, last }: Interval): boolean {
  let [low, high] = [0, states.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((states[middle] ?? 0) < first) low = middle + 1;
    else high = middle;
  }
  return (states[low] ?? Infinity) <= last;
}

interface Place {
  readonly id: number;
  readonly parent: number;
  readonly name: string;
}

/** Goes up as far as nothing is left. */
function removeIfEmpty(connection: Connection, id: number): void {
  const place = connection.first(
    new Query<Place>(`select id, parent, name from paths p where id = ? and parent <> 0
     and not exists (select 1 from versions where path = p.id) and not exists (select 1 from paths where parent = p.id)`),
    id,
  );
  if (place === undefined) return;
  removePlace(connection, place);
  removeIfEmpty(connection, place.parent);
}

function removePlace(connection: Connection, { id, name }: Place): void {
  connection.run('delete from paths where id = ?', id);
  connection.run('delete from trees where path = ?', id);
  // An index without the texts has to be told them again.
  if (name !== '') connection.run("insert into names (names, rowid, name) values ('delete', ?, ?)", id, name);
}

/** Removes a path with all that is below it. */
export function removePaths(connection: Connection, root: number): void {
  const below = `
    with recursive below (id) as (values (?) union all select p.id from paths p join below b on p.parent = b.id)
    select p.id, p.parent, p.name from below b join paths p on p.id = b.id`;
  for (const place of connection.all(new Query<Place>(below), root)) {
    connection.run('delete from versions where path = ?', place.id);
    removePlace(connection, place);
  }
}
