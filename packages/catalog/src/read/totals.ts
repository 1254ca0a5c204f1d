import type { FolderTotal } from '../catalog.ts';
import { Query, type Connection } from '../store/connection.ts';
import { isIn, type State } from './entries.ts';

interface Row {
  readonly name: string;
  readonly files: number;
  readonly bytes: number;
}

const select = `
  with recursive below (id, top) as (
    select id, id from paths where parent = ?
    union all select p.id, b.top from paths p join below b on p.parent = b.id)
  select t.name, count(*) as files, sum(v.size) as bytes from below b
  join versions v on v.path = b.id and ${isIn}
  join attributes a on a.id = v.attributes and a.type <> 'dir'
  join paths t on t.id = b.top
  group by b.top order by t.name, t.nth`;

/** What lies in each entry of a folder. Empty folders are left out. */
export const totalsIn = (
  connection: Connection,
  state: State,
  { id, path }: { readonly id: number; readonly path: string },
): readonly FolderTotal[] =>
  connection
    .all(new Query<Row>(select), id, state.id, state.id)
    .map(({ name, files, bytes }) => ({ path: `${path}/${name}`, files, bytes }));
