import { existsSync, rmSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { isUmbraError, UmbraError, type Clock } from '@umbracore/contracts';
import type { Alarms } from './alarms.ts';
import { connect, fullySynchronous, numberFrom } from './database.ts';
import { faultOf } from './faults.ts';
import { migrate, migrations, versionOf } from './migrations.ts';
import { isSound, isWhole, isWholeWithNewIndexes } from './soundness.ts';
import { filesSetAside, prepareFile, roomIn, setAside, sizeOf, whileAlone, type StateFile } from './state-file.ts';

/** Up to this size every page is looked at on each start, in some 10 ms; above it once a day. */
const alwaysCheckedBytes = 8 * 1024 * 1024;
const checkEveryMs = 24 * 60 * 60 * 1000;

/** With less than this a run could be begun, but not brought to its end. */
const leastRoomBytes = 64 * 1024;

/** Opens the file for reading and writing, whatever state it is in. Throws if the folder cannot be written. */
export function openFile(file: StateFile, clock: Clock, alarms: Alarms): DatabaseSync {
  prepareFile(file);
  if ((roomIn(file.dir) ?? leastRoomBytes) < leastRoomBytes) throw noRoom();
  const database = openUsual(file, clock) ?? whileAlone(file, () => openAny(file, clock));
  for (const aside of filesSetAside(file)) alarms.raise(asideAlarm(aside));
  return database;
}

const noRoom = (): UmbraError => new UmbraError('state.full', 'there is no room on its disk');

/** The way of every start but the first: nothing to make, nothing to repair. Undefined if there is. */
function openUsual(file: StateFile, clock: Clock): DatabaseSync | undefined {
  if (existsSync(file.suspect)) return undefined;
  return openIf(file, (database) => {
    if (versionOf(database) !== migrations.length) return false;
    if (isCheckDue(file, database, clock) && !isSound(database)) return false;
    noteStart(file, database, clock);
    return true;
  });
}

function openAny(file: StateFile, clock: Clock): DatabaseSync {
  const database = openIf(file, (found) => {
    if (!isWhole(found) && !isWholeWithNewIndexes(found)) return false;
    // WAL is a property of the file: readers and one writer do not wait for each other.
    found.exec('pragma journal_mode = wal');
    migrate(found, file.path);
    noteStart(file, found, clock);
    rmSync(file.suspect, { force: true });
    return true;
  });
  if (database !== undefined) return database;
  setAside(file, clock.now());
  prepareFile(file);
  return openAny(file, clock);
}

/** The open database if it is fit; undefined if it is damaged or not fit. */
function openIf({ path }: StateFile, isFit: (database: DatabaseSync) => boolean): DatabaseSync | undefined {
  let database: DatabaseSync | undefined;
  let fit = false;
  try {
    database = connect(path);
    fit = isFit(database);
    return fit ? database : undefined;
  } catch (thrown) {
    if (faultOf(thrown) !== 'state.damaged' || isUmbraError(thrown)) throw thrown;
    return undefined;
  } finally {
    if (!fit) database?.close();
  }
}

function isCheckDue(file: StateFile, database: DatabaseSync, clock: Clock): boolean {
  if (sizeOf(file) <= alwaysCheckedBytes) return true;
  const checked = numberFrom(database, "select number from meta where name = 'checked'");
  return Math.abs(clock.now() - checked) > checkEveryMs;
}

/**
 * Also the proof that the file can be written now: a full or read-only disk shows here, not at the first backup. Nothing relies on what is
 * noted, so it need not be on the disk before the next commit brings it there.
 */
function noteStart(file: StateFile, database: DatabaseSync, clock: Clock): void {
  const now = clock.now();
  database.exec('pragma synchronous = normal');
  if (isCheckDue(file, database, clock)) {
    database.prepare("update meta set number = ? where name = 'checked'").run(now);
  } else {
    database.exec("update meta set number = number where name = 'checked'");
  }
  database.exec(fullySynchronous);
}

const asideAlarm = (aside: string) => ({
  code: 'state.damaged' as const,
  message: `A damaged state file was set aside as ${aside}; the history began anew.`,
  hint: 'Look at the file or restore it from a backup, then remove it to end this alarm.',
});
