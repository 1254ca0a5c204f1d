import { chmodSync, closeSync, existsSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { Connection } from './connection.ts';
import { isDamage } from './faults.ts';
import { applicationId, schema, schemaVersion } from './schema.ts';

/** Opens a catalog, and makes an empty one if there is none or another one than this program makes. */
export function openFile(path: string): Connection {
  return openIfFit(path) ?? makeFile(path);
}

/** The catalog as it is; undefined if there is none that this program can read. Makes nothing. */
export function openIfFit(path: string): Connection | undefined {
  if (!existsSync(path)) return undefined;
  let connection: Connection | undefined;
  let fit = false;
  try {
    connection = new Connection(path);
    fit =
      connection.number('pragma application_id') === applicationId &&
      connection.number('pragma user_version') === schemaVersion;
    return fit ? connection : undefined;
  } catch (thrown) {
    if (!isDamage(thrown)) throw thrown;
    return undefined;
  } finally {
    if (!fit) connection?.[Symbol.dispose]();
  }
}

/** Removes a catalog. Whoever has it open goes on with what nobody else sees any more. */
export function removeFile(path: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(path + suffix, { force: true });
}

function makeFile(path: string): Connection {
  removeFile(path);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  // It tells the names of all files, so it is for this user alone. SQLite gives its other files the same mode.
  closeSync(openSync(path, 'a', 0o600));
  chmodSync(path, 0o600);
  const connection = new Connection(path);
  connection.exec('pragma journal_mode = wal; begin immediate');
  // Another process may have been quicker.
  if (connection.number('pragma user_version') !== schemaVersion) {
    connection.exec(`${schema}; pragma application_id = ${applicationId}; pragma user_version = ${schemaVersion}`);
  }
  connection.exec('commit');
  return connection;
}
