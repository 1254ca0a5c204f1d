import { existsSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { UmbraError, type Clock, type Log, type StateStore } from '@umbracore/contracts';
import { Alarms } from './alarms.ts';
import { connect } from './database.ts';
import { asStateError, faultOf, volatileAlarm } from './faults.ts';
import { Journal } from './journal.ts';
import { migrate, migrations, versionOf } from './migrations.ts';
import { openFile } from './open-file.ts';
import { tellingRefusals } from './refusals.ts';
import { isSound } from './soundness.ts';
import { sqliteLedger } from './sqlite-ledger.ts';
import { roomIn, stateFileIn, type StateFile } from './state-file.ts';

export interface StateStoreOptions {
  /** Made if absent, for this user alone. Several processes may share it. */
  readonly dir: string;
  readonly clock: Clock;
  readonly log?: Log | undefined;
  /** Makes and changes nothing; every change throws `state.read-only`. */
  readonly readOnly?: boolean | undefined;
}

/**
 * Opens the store of a folder, whatever happened to it: a damaged file is renamed and a new one begun; where nothing can be
 * written the store works in memory, with the history as far as it can be read. `health` tells which.
 * Throws `state.busy` if other processes keep the file locked for ten seconds.
 */
export async function openStateStore({ dir, clock, log, readOnly = false }: StateStoreOptions): Promise<StateStore> {
  const file = stateFileIn(dir);
  const alarms = new Alarms(log);
  try {
    const database = readOnly ? openForReading(file) : openFile(file, clock, alarms);
    const ledger = sqliteLedger({ database, suspectFile: file.suspect });
    return new Journal({ ledger: readOnly ? ledger : tellingRefusals(ledger, alarms), alarms, mode: 'durable' });
  } catch (thrown) {
    const fault = faultOf(thrown);
    if (fault === undefined || fault === 'state.busy') throw asStateError(thrown);
    // SQLite calls it an I/O error when the disk has no room for its shared memory.
    const code = fault === 'state.read-only' && roomIn(dir) === 0 ? 'state.full' : fault;
    alarms.raise(volatileAlarm(code, dir, thrown));
    const database = inMemory(code === 'state.newer' ? undefined : file);
    const ledger = sqliteLedger({ database: readOnly ? forReading(database) : database, suspectFile: undefined });
    return new Journal({ ledger, alarms, mode: 'volatile' });
  }
}

function openForReading(file: StateFile): DatabaseSync {
  if (!existsSync(file.path)) return forReading(inMemory(undefined));
  const database = connect(file.path, true);
  try {
    const version = versionOf(database);
    if (version === migrations.length) return database;
    if (version > migrations.length) migrate(database, file.path);
    if (!isSound(database)) throw damagedFile(file);
  } catch (thrown) {
    database.close();
    throw thrown;
  }
  database.close();
  // The next process that may write upgrades the file; until then its history is shown from a copy.
  return forReading(inMemory(file));
}

const damagedFile = ({ path }: StateFile): UmbraError =>
  new UmbraError('state.damaged', `The state file ${path} cannot be read`, {
    hint: 'Run `umbra doctor`, and keep the damaged file until you have looked at it.',
  });

function forReading(database: DatabaseSync): DatabaseSync {
  database.exec('pragma query_only = on');
  return database;
}

/** A database that ends with the process, holding what a file that cannot be written still tells. */
function inMemory(past: StateFile | undefined): DatabaseSync {
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
