/** A file with another number is dropped and filled anew: everything in it comes from the repository. */
export const schemaVersion = 2;

/** `umca`, in the head of the file. */
export const applicationId = 0x756d6361;

/**
 * Snapshots with the same sources form a line. Each different content of a line is one state; states are counted in the order in
 * which they were taken in, and a version of a path holds from the state `first` to `last`, or to the newest if that is null.
 * So a path that never changes is one row, however many snapshots there are.
 */
export const schema = `
  create table facts (name text primary key, value) without rowid;
  create table lines (id integer primary key, key text not null unique, root integer not null, newest integer);
  create table states (id integer primary key, line integer not null, tree text);
  create index states_tree on states (tree);
  create table snapshots (
    id text primary key,
    state integer not null,
    time integer not null,
    document text not null
  ) without rowid;
  create index snapshots_state on snapshots (state);
  create table paths (
    id integer primary key,
    parent integer not null,
    hash integer not null,
    nth integer not null,
    name text not null
  );
  create index paths_place on paths (parent, hash);
  create table trees (path integer primary key, id text not null);
  create table attributes (
    id integer primary key,
    type text not null,
    mode integer not null,
    uid integer not null,
    gid integer not null
  );
  create table versions (
    path integer not null,
    first integer not null,
    last integer,
    attributes integer not null,
    size integer not null,
    modified integer not null,
    content integer,
    primary key (path, first)
  ) without rowid;
  create virtual table names using fts5 (name, content = '', detail = none, columnsize = 0, tokenize = 'trigram');
`;

/** So many states a line can have. Their numbers begin with that of the line, so that none lies between those of another. */
export const statesOfLine = 2 ** 20;
