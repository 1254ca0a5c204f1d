import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { Kysely, SqliteDialect, type SqliteDatabase, type SqliteStatement } from 'kysely';
import type { OutboxTables } from './outbox-rows.ts';
import type { RunRow } from './run-row.ts';
import type { Gap } from './seal.ts';

export interface StepRow {
  readonly run: string;
  readonly sequence: number;
  readonly attempt: number;
  readonly kind: string;
  readonly stage: string;
  readonly at: number;
  readonly detail: string;
}

export interface Tables extends OutboxTables {
  readonly runs: RunRow;
  readonly steps: StepRow;
  readonly cursors: { readonly job: string; readonly until: number; readonly since: number | null };
  readonly gaps: Gap;
  /** Single facts: the fence counter, the end of the chain, when the file was last checked. */
  readonly meta: { readonly name: string; readonly number: number; readonly text: string };
}

/** A writer waits this long for the others before it gives up with `state.busy`. */
const busyTimeoutMs = 10_000;

/** A commit is on the disk when it returns, also after a power failure. Only WAL's default would be weaker. */
export const fullySynchronous = 'pragma synchronous = full';

/** Opens a file, or `:memory:`. Throws SQLite's own errors. */
export function connect(path: string | URL, readOnly = false): DatabaseSync {
  const database = new DatabaseSync(path, { readOnly, timeout: busyTimeoutMs });
  database.exec(`${fullySynchronous}; pragma foreign_keys = on; pragma temp_store = memory`);
  return database;
}

/** One number from a query such as a pragma. */
export function numberFrom(database: DatabaseSync, query: string): number {
  const value = Object.values(database.prepare(query).get() ?? {})[0];
  return typeof value === 'number' ? value : 0;
}

export function kyselyOver(database: DatabaseSync): Kysely<Tables> {
  return new Kysely<Tables>({ dialect: new SqliteDialect({ database: asDialectDatabase(database) }) });
}

/** Kysely speaks to better-sqlite3; its dialect needs no more of it than this. */
function asDialectDatabase(database: DatabaseSync): SqliteDatabase {
  const prepared = new Map<string, SqliteStatement>();
  return {
    close: () => database.close(),
    prepare(text) {
      if (text === 'rollback' && !database.isTransaction) return alreadyRolledBack;
      const known = prepared.get(text);
      if (known !== undefined) return known;
      if (prepared.size >= maxPrepared) prepared.clear();
      const statement = asDialectStatement(database.prepare(text === 'begin' ? beginForWriting : text));
      prepared.set(text, statement);
      return statement;
    },
  };
}

const maxPrepared = 200;

/** A transaction that reads first and writes later fails at once if another process wrote in between; this one waits. */
const beginForWriting = 'begin immediate';

/** SQLite rolls back by itself on a full disk; a second rollback would hide the error that led to the first. */
const alreadyRolledBack: SqliteStatement = {
  reader: false,
  all: () => [],
  run: () => ({ changes: 0, lastInsertRowid: 0 }),
  iterate: () => [][Symbol.iterator](),
};

function asDialectStatement(statement: StatementSync): SqliteStatement {
  const input = (values: readonly unknown[]) => values as SQLInputValue[];
  return {
    reader: statement.columns().length > 0,
    all: (values) => allRows(statement, input(values)),
    run: (values) => statement.run(...input(values)),
    iterate: (values) => statement.iterate(...input(values)),
  };
}

/** A damaged integer may be larger than a number can hold; that must not hide the rows beside it. */
function allRows(statement: StatementSync, values: SQLInputValue[]): unknown[] {
  try {
    return statement.all(...values);
  } catch (thrown) {
    if ((thrown as { code?: unknown }).code !== 'ERR_OUT_OF_RANGE') throw thrown;
    statement.setReadBigInts(true);
    const rows = statement.all(...values).map(withNumbers);
    statement.setReadBigInts(false);
    return rows;
  }
}

const withNumbers = (row: object) =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, typeof value === 'bigint' ? Number(value) : value]),
  );
