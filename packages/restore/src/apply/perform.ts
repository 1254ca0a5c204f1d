import { chmodSync, chownSync, linkSync, renameSync, unlinkSync, utimesSync, type BigIntStats } from 'node:fs';
import { bytesOf, type FolderFacts, type Move } from '../journal/moves.ts';
import type { Folders, Spot } from '../target/folders.ts';
import type { HeldFolder } from '../target/held-folder.ts';
import { folderFacts, isStill } from './facts.ts';

const here = Buffer.from('.');

/** The folders between which one stage is moved. */
export interface Between {
  /** What is staged for a base. */
  readonly staged: Folders;
  /** The base. */
  readonly target: Folders;
  /** Where what is replaced is kept, by the number of its move. */
  readonly undo: HeldFolder;
}

/** `again`: something else is there by now, so that it has to be looked at once more. */
export type Done = 'done' | 'again';

/**
 * Carries out one move. Doing it once more after it was done, or half done, ends the same: whoever died in the middle left
 * either the old or the new in its place, and which one shows in where the two are.
 */
export function perform(move: Move, between: Between): Done {
  switch (move.do) {
    case 'folder':
    case 'listed':
    // Comes behind everything else, and is seen to by itself.
    case 'remove':
      return 'done';
    case 'tree':
      return moveTree(move, between);
    case 'place':
      return place(move, between);
    case 'replace':
      return replace(move, between);
    case 'dress':
      return dress(move, between);
  }
}

function moveTree({ from }: Extract<Move, { do: 'tree' }>, { staged, target }: Between): Done {
  const source = staged.find(bytesOf(from));
  if (source === undefined || lookAt(source) === undefined) return 'done';
  const goal = target.find(bytesOf(from));
  if (goal === undefined || lookAt(goal) !== undefined) return 'again';
  renameFolder(source, goal);
  return 'done';
}

/** To move a folder takes the right to write into it, which the folder of a snapshot need not give. */
export function renameFolder(source: Spot, goal: Spot): void {
  using held = source.folder.child(source.name);
  const { mode } = folderFacts(held.facts());
  const isWritable = (mode & 0o200) !== 0;
  if (!isWritable) chmodSync(held.at(here), mode | 0o200);
  try {
    renameSync(pathOf(source), pathOf(goal));
  } finally {
    if (!isWritable) chmodSync(held.at(here), mode);
  }
}

function place({ from, made }: Extract<Move, { do: 'place' }>, { staged, target }: Between): Done {
  const source = staged.find(bytesOf(from));
  const saved = source && lookAt(source);
  if (source === undefined || saved === undefined) return 'done';
  const goal = target.find(bytesOf(made.path));
  if (goal === undefined) return 'again';
  const found = lookAt(goal);
  if (found === undefined) return putWhereNothingIs(source, goal, saved);
  if (found.ino !== saved.ino) return 'again';
  unlinkSync(pathOf(source));
  return 'done';
}

/** A link refuses to replace what came there in between, which a rename would. */
function putWhereNothingIs(source: Spot, goal: Spot, saved: BigIntStats): Done {
  if (saved.isFile()) {
    try {
      linkSync(pathOf(source), pathOf(goal));
      unlinkSync(pathOf(source));
      return 'done';
    } catch (error) {
      if (hasCode(error, 'EEXIST')) return 'again';
      if (!cannotLink(error)) throw error;
    }
  }
  renameSync(pathOf(source), pathOf(goal));
  return 'done';
}

function replace({ n, from, made, was }: Extract<Move, { do: 'replace' }>, between: Between): Done {
  const source = between.staged.find(bytesOf(from));
  if (source === undefined || lookAt(source) === undefined) return 'done';
  const goal = between.target.find(bytesOf(made.path));
  if (goal === undefined) return 'again';
  const kept = { folder: between.undo, name: Buffer.from(String(n)) };
  const found = lookAt(goal);
  const old = lookAt(kept);
  if (old === undefined) {
    if (found === undefined || !isStill(found, was)) return 'again';
    keep(goal, kept, found);
  } else if (found !== undefined && !isStill(found, was)) {
    // Somebody worked on it, or replaced it, after it was kept and before it went.
    if (found.ino === old.ino) unlinkSync(pathOf(kept));
    return 'again';
  }
  renameSync(pathOf(source), pathOf(goal));
  return 'done';
}

/** With a second name for the old one there is no moment at which neither is in its place. */
function keep(goal: Spot, kept: Spot, found: BigIntStats): void {
  // Elsewhere a link to a link would be one to what that leads to.
  if (found.isFile() || process.platform === 'linux') {
    try {
      linkSync(pathOf(goal), pathOf(kept));
      return;
    } catch (error) {
      if (!cannotLink(error)) throw error;
    }
  }
  renameSync(pathOf(goal), pathOf(kept));
}

/** File systems without links, files of others that may not be linked, and files with as many names as there may be. */
const cannotLink = (error: unknown): boolean =>
  ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EACCES'].some((code) => hasCode(error, code));

/** What the system says, without the paths by which it was asked. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'syscall' in error ? (error.message.split(', ')[0] ?? error.message) : error.message;
}

export const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;

function dress({ path, like }: Extract<Move, { do: 'dress' }>, { target }: Between): Done {
  const goal = target.find(bytesOf(path));
  if (goal !== undefined && lookAt(goal)?.isDirectory() === true) dressAs(goal, like);
  return 'done';
}

/** Gives a folder these rights, this owner and these times. */
export function dressAs({ folder, name }: Spot, like: FolderFacts): void {
  using held = folder.child(name);
  const now = folderFacts(held.facts());
  if (now.uid !== like.uid || now.gid !== like.gid) chownSync(held.at(here), like.uid, like.gid);
  if (now.mode !== like.mode) chmodSync(held.at(here), like.mode);
  utimesSync(held.at(here), like.atime / 1000, like.mtime / 1000);
}

export const lookAt = ({ folder, name }: Spot): BigIntStats | undefined => folder.look(name);
export const pathOf = ({ folder, name }: Spot): Buffer => folder.at(name);
