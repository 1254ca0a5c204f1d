import type { EntryType, SnapshotEntry } from '@umbracore/contracts';
import { hashOf, stepsOf } from '../names.ts';
import { Query, type Connection } from '../store/connection.ts';

/** A content of a line of snapshots. */
export interface State {
  readonly id: number;
  readonly root: number;
}

export interface VersionRow {
  readonly id: number;
  readonly name: string;
  readonly type: EntryType;
  readonly size: number;
  readonly modified: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

export const facts = 'a.type, v.size, v.modified, a.mode, a.uid, a.gid';

export const isIn = '(v.last is null or v.last >= ?) and v.first <= ?';

const select = `
  select p.id, p.name, ${facts} from paths p
  join versions v on v.path = p.id and ${isIn}
  join attributes a on a.id = v.attributes`;

/** The children of a folder, in the order of their names' bytes. */
export const childrenOf = (connection: Connection, folder: number, state: State): readonly VersionRow[] =>
  connection.all(
    new Query<VersionRow>(`${select} where p.parent = ? order by p.name, p.nth`),
    state.id,
    state.id,
    folder,
  );

/** What is at a path. The root is nothing but a place. */
export function rowAt(connection: Connection, state: State, path: string): VersionRow | undefined {
  const steps = stepsOf(path);
  const name = steps.at(-1);
  const folder = placeOf(connection, state.root, steps.slice(0, -1));
  if (name === undefined || folder === undefined) return undefined;
  const where = `${select} where p.parent = ? and p.hash = ? and p.name = ? order by p.nth limit 1`;
  return connection.first(new Query<VersionRow>(where), state.id, state.id, folder, hashOf(name), name);
}

/** The place that names lead to, whatever is there. */
export function placeOf(connection: Connection, root: number, names: readonly string[]): number | undefined {
  let place: number | undefined = root;
  for (const name of names) {
    const find = 'select id from paths where parent = ? and hash = ? and name = ? order by nth limit 1';
    place = connection.first(new Query<{ readonly id: number }>(find), place, hashOf(name), name)?.id;
    if (place === undefined) return undefined;
  }
  return place;
}

export const entryOf = (
  path: string,
  { type, size, modified, mode, uid, gid }: Omit<VersionRow, 'id' | 'name'>,
): SnapshotEntry => ({
  path,
  type,
  size,
  modifiedAt: modified,
  mode,
  uid,
  gid,
});

/** Everything below a folder, folders before what is in them. */
export function* entriesBelow(
  connection: Connection,
  state: State,
  folder: { readonly id: number; readonly path: string },
): Generator<SnapshotEntry> {
  const waiting = [childrenOf(connection, folder.id, state).values()];
  const paths = [folder.path];
  for (let inner = waiting.at(-1); inner !== undefined; inner = waiting.at(-1)) {
    const { value: row } = inner.next();
    if (row === undefined) {
      waiting.pop();
      paths.pop();
      continue;
    }
    const path = `${paths.at(-1)}/${row.name}`;
    yield entryOf(path, row);
    if (row.type !== 'dir') continue;
    waiting.push(childrenOf(connection, row.id, state).values());
    paths.push(path);
  }
}
