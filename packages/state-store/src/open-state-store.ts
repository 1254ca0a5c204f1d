import { existsSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { UmbraError, type Clock, type Log, type StateStore } from '@umbracore/contracts';
import { Alarms } from './alarms.ts';
import { connect } from './database.ts';
import { asStateError, faultOf, volatileAlarm } from './faults.ts';
import { inMemory, withOwnRuns } from './in-memory.ts';
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
    const ledger = sqliteLedger({
      database: readOnly ? forReading(database) : withOwnRuns(database),
      suspectFile: undefined,
    });
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
