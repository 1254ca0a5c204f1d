import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { Instant } from '@umbracore/contracts';
import { connect } from './database.ts';

/** The names in a state folder. */
export interface StateFile {
  readonly dir: string;
  readonly path: string;
  /** Exists after somebody met damage, until somebody has looked at every page. */
  readonly suspect: string;
}

const name = 'state.db';

export const stateFileIn = (dir: string): StateFile => ({
  dir,
  path: join(dir, name),
  suspect: join(dir, `${name}.suspect`),
});

/** Makes the folder and an empty file for this user alone, whatever the umask. SQLite gives its other files the same mode. */
export function prepareFile({ dir, path }: StateFile): void {
  if (makeFolder(dir) !== undefined) chmodSync(dir, 0o700);
  makePrivate(path);
}

/** The first folder that it made. Throws why one cannot be made: on a read-only disk Node only says that it is not there. */
function makeFolder(dir: string): string | undefined {
  try {
    return mkdirSync(dir, { recursive: true, mode: 0o700 });
  } catch (error) {
    if (existsSync(dirname(dir))) mkdirSync(dir, { mode: 0o700 });
    else makeFolder(dirname(dir));
    throw error;
  }
}

function makePrivate(path: string): void {
  if (existsSync(path)) return;
  closeSync(openSync(path, 'a', 0o600));
  chmodSync(path, 0o600);
}

export const sizeOf = ({ path }: StateFile): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/** Bytes that this user can still write on the disk of a folder; undefined if nobody can tell. */
export function roomIn(dir: string): number | undefined {
  try {
    const { bavail, bfree, bsize } = statfsSync(dir);
    // Some of it may be kept for root.
    return (process.getuid?.() === 0 ? bfree : bavail) * bsize;
  } catch {
    return undefined;
  }
}

/** Renames a damaged file and what belongs to it. Gives the new name. */
export function setAside({ path, suspect }: StateFile, now: Instant): string {
  const time = new Date(now).toISOString().replaceAll(':', '-');
  const aside = freeName(`${path}.damaged-${time}`);
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix);
  }
  rmSync(suspect, { force: true });
  return aside;
}

function freeName(wanted: string): string {
  let free = wanted;
  for (let n = 2; existsSync(free); n += 1) free = `${wanted}-${n}`;
  return free;
}

/** Damaged files that were set aside and that nobody has removed since, oldest first. */
export function filesSetAside({ dir }: StateFile): readonly string[] {
  return readdirSync(dir)
    .filter((entry) => entry.startsWith(`${name}.damaged-`) && !/-(?:wal|shm)$/u.test(entry))
    .sort()
    .map((entry) => join(dir, entry));
}

/**
 * Runs `work` while no other process makes, upgrades or sets aside the file. The lock is the kernel's, through SQLite: a
 * killed process cannot leave it behind.
 */
export function whileAlone<T>({ dir }: StateFile, work: () => T): T {
  const path = join(dir, `${name}.lock`);
  makePrivate(path);
  const lock: DatabaseSync = connect(path);
  try {
    lock.exec('begin exclusive');
    return work();
  } finally {
    lock.close();
  }
}
