import { Query, type Connection } from '../store/connection.ts';
import { statesOfLine } from '../store/schema.ts';
import { removePaths } from './sweep.ts';

export interface Line {
  readonly id: number;
  /** The path that stands for `/`. */
  readonly root: number;
  /** The state that open versions belong to; null before the first one. */
  readonly newest: number | null;
}

/** The line of a key, made if it is not there. One that has no numbers left for states begins anew. */
export function openLine(connection: Connection, key: string): Line {
  const known = connection.first(new Query<Line>('select id, root, newest from lines where key = ?'), key);
  if (known !== undefined && ((known.newest ?? 0) + 1) % statesOfLine !== 0) return known;
  if (known !== undefined) removeLine(connection, known);
  const id = connection.number('select coalesce(max(id) + 1, 0) from lines');
  const root = connection.run("insert into paths (parent, hash, nth, name) values (0, ?, 0, '')", id);
  connection.run('insert into lines values (?, ?, ?, null)', id, key, root);
  return { id, root, newest: null };
}

export const nextState = ({ id, newest }: Line): number => (newest === null ? id * statesOfLine : newest + 1);

export function removeLine(connection: Connection, { id, root }: Line): void {
  removePaths(connection, root);
  connection.run('delete from snapshots where state in (select id from states where line = ?)', id);
  connection.run('delete from states where line = ?', id);
  connection.run('delete from lines where id = ?', id);
}
