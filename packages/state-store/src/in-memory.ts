import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { connect } from './database.ts';
import { migrate } from './migrations.ts';
import type { StateFile } from './state-file.ts';

/** A database that ends with the process, holding what a file that cannot be written still tells. */
export function inMemory(past: StateFile | undefined): DatabaseSync {
  const database = connect(':memory:');
  migrate(database, ':memory:');
  if (past === undefined || !existsSync(past.path)) return database;
  // The first way sees what is in the write-ahead log too; it needs a file beside the database that the second does not.
  for (const mode of ['mode=ro', 'immutable=1']) {
    if (copied(database, `${pathToFileURL(past.path).href}?${mode}`)) break;
  }
  return database;
}

function copied(database: DatabaseSync, past: string): boolean {
  try {
    database.prepare('attach ? as past').run(past);
    database.exec('begin');
    for (const table of ['runs', 'steps', 'meta', 'cursors']) copyTable(database, table);
    database.exec('commit');
    return true;
  } catch {
    // What cannot be read is not there; the alarm about the folder has been raised already.
    return false;
  } finally {
    if (database.isTransaction) database.exec('rollback');
    detach(database);
  }
}

/** The past may be of an earlier version: it lacks columns then, or the whole table. */
function copyTable(database: DatabaseSync, table: string): void {
  const names = database.prepare("select name from pragma_table_info(?, 'past')").all(table);
  if (names.length === 0) return;
  const columns = names.map(({ name }) => String(name)).join(', ');
  database.exec(`insert or replace into ${table} (${columns}) select ${columns} from past.${table}`);
}

function detach(database: DatabaseSync): void {
  const attached = database.prepare("select 1 from pragma_database_list where name = 'past'").get();
  if (attached !== undefined) database.exec('detach past');
}

/**
 * Gives the runs that nobody has begun ids of their own. The file will not know what becomes of them here, and begins them
 * when it can be written again: under one id that would be two snapshots of one run.
 */
export function withOwnRuns(database: DatabaseSync): DatabaseSync {
  const waiting = database.prepare("select id from runs where state = 'queued' and id not in (select run from steps)");
  const rename = database.prepare(
    "update runs set id = $own, owner = null, lease_until = null, record = json_set(record, '$.id', $own) where id = $id",
  );
  for (const { id } of waiting.all()) rename.run({ id: String(id), own: anotherId(String(id)) });
  return database;
}

const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const chanceLength = 6;

/** The same time with other chance, in the form of every id of a run. */
const anotherId = (id: string): string =>
  id.slice(0, -chanceLength) + Array.from({ length: chanceLength }, () => digits[randomInt(digits.length)]).join('');
