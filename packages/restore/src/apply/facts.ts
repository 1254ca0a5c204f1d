import type { BigIntStats } from 'node:fs';
import type { FolderFacts, Made } from '../journal/moves.ts';
import { written } from '../journal/moves.ts';
import type { Facts } from '../plan/decide.ts';

export function factsOf(found: BigIntStats): Facts {
  const type = found.isFile() ? 'file' : found.isDirectory() ? 'dir' : 'other';
  return { type, size: Number(found.size), modifiedAt: Number(found.mtimeNs) / 1e6 };
}

export function madeOf(path: Buffer, found: BigIntStats): Made {
  const made = {
    path: written(path),
    ino: String(found.ino),
    size: String(found.size),
    mtime: String(found.mtimeNs),
  };
  if (found.isSymbolicLink()) return { ...made, link: true };
  return found.isDirectory() ? { ...made, folder: true } : made;
}

/** True for the same thing in the same state. Of a folder the state is what is in it. */
export const isStill = (found: BigIntStats, made: Made): boolean =>
  String(found.ino) === made.ino &&
  (made.folder === true || (String(found.size) === made.size && String(found.mtimeNs) === made.mtime));

export const folderFacts = (found: BigIntStats): FolderFacts => ({
  ino: String(found.ino),
  mode: Number(found.mode & 0o7777n),
  uid: Number(found.uid),
  gid: Number(found.gid),
  atime: Number(found.atimeNs) / 1e6,
  mtime: Number(found.mtimeNs) / 1e6,
});
