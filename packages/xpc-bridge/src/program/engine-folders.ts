import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, readSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Instant } from '@umbracore/contracts';

/** What an engine works on; two at once on the same would be one too many. */
export interface Work {
  readonly verb: 'backup' | 'restore';
  readonly repository: string;
  /** Empty for a restore. */
  readonly job: string;
}

/** What is written down of a start before it happens. */
export interface StartRecord extends Work {
  readonly version: string;
}

/** What an engine has left behind is kept so long for whoever comes back. */
const keptMs = 7 * 24 * 3600_000;
const keptPerUser = 200;
/** So much of each stream goes into one answer. */
const pieceBytes = 128 * 1024;

/** The folders of all numbers of all users. */
export const foldersIn = (dir: string): readonly string[] =>
  namesIn(dir).flatMap((uid) => namesIn(join(dir, uid)).map((id) => join(dir, uid, id)));

/** Those that are old, or too many of one user. */
export function outdatedFolders(dir: string, now: Instant): readonly string[] {
  return namesIn(dir).flatMap((uid) => {
    const folders = namesIn(join(dir, uid)).map((id) => join(dir, uid, id));
    const byAge = folders.map((folder) => ({ folder, at: changedAt(folder) })).sort((one, other) => other.at - one.at);
    return byAge.flatMap(({ folder, at }, index) => (index >= keptPerUser || now - at > keptMs ? [folder] : []));
  });
}

/** False if it was taken before: a folder is made once, whoever asks at the same time. */
export function takeFolder(folder: string): boolean {
  mkdirSync(dirname(folder), { recursive: true, mode: 0o700 });
  try {
    mkdirSync(folder, { mode: 0o700 });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

export function writeRecord(folder: string, record: StartRecord): void {
  writeFileSync(join(folder, 'start.json'), JSON.stringify(record), { mode: 0o600, flag: 'wx' });
}

/** Undefined if nothing was started there. */
export function recordIn(folder: string): StartRecord | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, 'start.json'), 'utf8')) as StartRecord;
  } catch {
    return undefined;
  }
}

/** What a file has from an offset on, up to a piece. */
export function pieceOf(path: string, from: number): Buffer {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const piece = Buffer.alloc(pieceBytes);
    return piece.subarray(0, readSync(file, piece, 0, piece.length, from));
  } catch {
    return Buffer.alloc(0);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

const changedAt = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
