import type { SnapshotEntry } from '@umbracore/contracts';
import { hashOf } from '../names.ts';
import { Query, type Connection } from '../store/connection.ts';

/** Facts of an entry without its place. */
export type EntryFacts = Omit<SnapshotEntry, 'path'>;

/** What is known of a place in a folder as the newest state has it. */
export interface Known {
  readonly id: number;
  readonly name: string;
  readonly nth: number;
  /** Of the version that is open; null if nothing is there now. */
  readonly first: number | null;
  readonly attributes: number | null;
  readonly size: number | null;
  readonly modified: number | null;
  readonly content: number | null;
}

type KnownRow = readonly [
  id: number,
  name: string,
  nth: number,
  first: number | null,
  attributes: number | null,
  size: number | null,
  modified: number | null,
  content: number | null,
];

const knownOf = ([id, name, nth, first, attributes, size, modified, content]: KnownRow): Known => ({
  id,
  name,
  nth,
  first,
  attributes,
  size,
  modified,
  content,
});

const knownIn = `
  select p.id, p.name, p.nth, v.first, v.attributes, v.size, v.modified, v.content
  from paths p left join versions v on v.path = p.id and v.last is null
  where p.parent = ?`;

const openBelow = `
  with recursive below (id) as (
    select id from paths where parent = ?
    union all select p.id from paths p join below b on p.parent = b.id)
  select id from below`;

/** Writes how one state differs from the one before it. */
export class StateWriter {
  readonly #connection: Connection;
  readonly #state: number;
  /** The state before; undefined for the first one of a line. */
  readonly #before: number | null;
  readonly #attributes = new Map<string, number>();
  /** Those of folders. */
  readonly #folders = new Set<number>();
  /** Paths that were looked at. */
  written = 0;

  constructor(connection: Connection, state: number, before: number | null) {
    this.#connection = connection;
    this.#state = state;
    this.#before = before;
    for (const { id, ...rights } of connection.all(
      new Query<Rights & { readonly id: number }>('select * from attributes'),
    )) {
      this.#keep(id, rights);
    }
  }

  /** Whether something may be in a place that is to be left. */
  isFolder({ attributes }: Known): boolean {
    return attributes !== null && this.#folders.has(attributes);
  }

  /** Every place in a folder that anything was ever at. */
  known(folder: number): readonly Known[] {
    return this.#connection.tuples(new Query<KnownRow>(knownIn), folder).map(knownOf);
  }

  /** One place alone. */
  knownAt(folder: number, name: string, nth: number): Known | undefined {
    const rows = this.#connection.tuples(new Query<KnownRow>(`${knownIn} and p.hash = ?`), folder, hashOf(name));
    return rows.map(knownOf).find((row) => row.name === name && row.nth === nth);
  }

  /** The tree that a folder had last; undefined if it is not known. */
  treeOf(folder: number): string | undefined {
    return this.#connection.first(new Query<{ readonly id: string }>('select id from trees where path = ?'), folder)
      ?.id;
  }

  /** Makes a place in a folder, whatever will be at it. */
  place(folder: number, name: string, nth: number): number {
    const insert = 'insert into paths (parent, hash, nth, name) values (?, ?, ?, ?)';
    const id = this.#connection.run(insert, folder, hashOf(name), nth, name);
    this.#connection.run('insert into names (rowid, name) values (?, ?)', id, name);
    return id;
  }

  /** Notes what is at a place now. A mark of null is one that is not known, and differs from none. */
  put(id: number, known: Known | undefined, entry: EntryFacts, mark: number | null): void {
    this.written += 1;
    const attributes = this.#attributesOf(entry);
    if (known !== undefined && known.first !== null) {
      const same = known.attributes === attributes && known.size === entry.size && known.modified === entry.modifiedAt;
      if (same && (known.content === mark || mark === null)) return;
      if (same && known.content === null) {
        this.#connection.run('update versions set content = ? where path = ? and first = ?', mark, id, known.first);
        return;
      }
      this.close(id);
    }
    const insert = 'insert into versions values (?, ?, null, ?, ?, ?, ?)';
    this.#connection.run(insert, id, this.#state, attributes, entry.size, entry.modifiedAt, mark);
  }

  /** Nothing is at a place any more. */
  close(id: number): void {
    this.#connection.run('update versions set last = ? where path = ? and last is null', this.#before, id);
  }

  /** Nothing is in a folder any more. */
  closeBelow(folder: number): void {
    this.setTree(folder, null);
    for (const { id } of this.#connection.all(new Query<{ readonly id: number }>(openBelow), folder)) {
      this.close(id);
      this.setTree(id, null);
    }
  }

  /** The tree that was found in a folder; null if it is not known. */
  setTree(folder: number, tree: string | null): void {
    if (tree === null) this.#connection.run('delete from trees where path = ?', folder);
    else this.#connection.run('insert or replace into trees values (?, ?)', folder, tree);
  }

  #attributesOf(entry: EntryFacts): number {
    const known = this.#attributes.get(keyOfRights(entry));
    if (known !== undefined) return known;
    const { type, mode, uid, gid } = entry;
    const insert = 'insert into attributes (type, mode, uid, gid) values (?, ?, ?, ?)';
    const id = this.#connection.run(insert, type, mode, uid, gid);
    this.#keep(id, entry);
    return id;
  }

  #keep(id: number, rights: Rights): void {
    this.#attributes.set(keyOfRights(rights), id);
    if (rights.type === 'dir') this.#folders.add(id);
  }
}

/** What so many entries share that it is stored once. */
type Rights = Pick<EntryFacts, 'type' | 'mode' | 'uid' | 'gid'>;

const keyOfRights = ({ type, mode, uid, gid }: Rights): string => `${type} ${mode} ${uid} ${gid}`;
