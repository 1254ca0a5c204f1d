import type { BigIntStats } from 'node:fs';
import type { StillOurs } from '../journal/claim.ts';
import { bytesOf, bytesOfMade, namesIn, written, type FolderFacts, type Made, type Move } from '../journal/moves.ts';
import { besideName } from '../plan/beside.ts';
import { decide, isSame, type RestoreMode } from '../plan/decide.ts';
import type { HeldFolder } from '../target/held-folder.ts';
import { factsOf, folderFacts, madeOf } from './facts.ts';
import { reasonOf } from './perform.ts';

/** Something that stays where it is staged, and why. */
export interface Refused {
  readonly path: Buffer;
  readonly reason: string;
}

type Kind<T> = T extends Move ? Omit<T, 'n' | 'stage' | 'base'> : never;
/** A move that has no number yet. */
export type NextMove = Kind<Move>;

export interface Walking {
  readonly mode: RestoreMode;
  /** Whether a folder, by its path below the base, is part of what is restored; else it is only on the way there. */
  readonly isChosen: (path: Buffer) => boolean;
  /** How a folder of the target is to look, if an earlier walk came to it. */
  readonly entered: (path: Buffer) => FolderFacts | undefined;
  readonly stillOurs: StillOurs;
}

const mostListed = 500;
const slash = Buffer.from('/');
const below = (path: Buffer, name: Buffer): Buffer => (path.length === 0 ? name : Buffer.concat([path, slash, name]));

/**
 * What is to be done so that what is staged comes to where it belongs, decided by what is there at this moment. What has been
 * moved already is not staged any more, so the same question goes on where an earlier answer ended.
 */
export function* walk(
  staged: HeldFolder,
  target: HeldFolder,
  path: Buffer,
  walking: Walking,
): Generator<NextMove | Refused> {
  const { mode, isChosen } = walking;
  const before = walking.entered(path);
  let isEntered = before !== undefined;
  // What is moved out of it changes the times of what is staged.
  const like = before ?? folderFacts(staged.facts());
  const dresses = mode === 'always' && isChosen(path);
  const enter = function* (): Generator<NextMove> {
    if (!isEntered) yield { do: 'folder', path: written(path), was: folderFacts(target.facts()), like };
    isEntered = true;
  };
  if (dresses) yield* enter();
  staged.allowChanges();
  for (const name of staged.names()) {
    walking.stillOurs();
    const saved = staged.look(name);
    if (saved === undefined) continue;
    const existing = target.look(name);
    const from = below(path, name);
    if (saved.isDirectory() && existing !== undefined) {
      yield* descend({ staged, target, name, from }, walking);
      continue;
    }
    const moves = saved.isDirectory() ? tree(staged, name, from) : one({ target, name, from, saved, existing }, mode);
    for (const move of moves) {
      if ('do' in move) yield* enter();
      yield move;
    }
  }
  if (dresses) yield { do: 'dress', path: written(path), like };
}

interface Below {
  readonly staged: HeldFolder;
  readonly target: HeldFolder;
  readonly name: Buffer;
  readonly from: Buffer;
}

function* descend({ staged, target, name, from }: Below, walking: Walking): Generator<NextMove | Refused> {
  let inside: HeldFolder;
  try {
    inside = target.child(name);
  } catch (error) {
    yield { path: from, reason: reasonOf(error) };
    return;
  }
  using _target = inside;
  using below = staged.child(name);
  yield* walk(below, inside, from, walking);
}

interface One {
  readonly target: HeldFolder;
  readonly name: Buffer;
  readonly from: Buffer;
  readonly saved: BigIntStats;
  readonly existing: BigIntStats | undefined;
}

function* one({ target, name, from, saved, existing }: One, mode: RestoreMode): Generator<NextMove | Refused> {
  const facts = factsOf(saved);
  const action = decide(facts, existing && factsOf(existing), mode);
  if (existing?.isDirectory() === true && mode !== 'never')
    yield { path: from, reason: 'there is a folder of its name' };
  if (action === 'create') yield { do: 'place', from: written(from), made: madeOf(from, saved), beside: false };
  if (action === 'replace' && existing !== undefined) {
    yield { do: 'replace', from: written(from), made: madeOf(from, saved), was: madeOf(from, existing) };
  }
  if (action !== 'beside') return;
  for (let attempt = 1; ; attempt += 1) {
    const next = Buffer.from(besideName(name.toString('latin1'), attempt), 'latin1');
    const there = target.look(next);
    if (there !== undefined && isSame(facts, factsOf(there))) return;
    if (there !== undefined) continue;
    const path = below(from.subarray(0, Math.max(0, from.length - name.length - 1)), next);
    yield { do: 'place', from: written(from), made: madeOf(path, saved), beside: true };
    return;
  }
}

/** A whole folder at once; before it, what is in it, so that it can be taken back. */
function* tree(staged: HeldFolder, name: Buffer, from: Buffer): Generator<NextMove> {
  let files = 0;
  let bytes = 0;
  let made: Made[] = [];
  for (const each of everythingIn(staged, name, from)) {
    made.push(each);
    if (each.folder !== true) {
      files += 1;
      bytes += bytesOfMade(each);
    }
    if (made.length < mostListed) continue;
    yield { do: 'listed', made };
    made = [];
  }
  yield { do: 'listed', made };
  yield { do: 'tree', from: written(from), files, bytes };
}

/** A folder and all that is in it, each folder before what it holds. */
function* everythingIn(above: HeldFolder, name: Buffer, path: Buffer): Generator<Made> {
  using folder = above.child(name);
  yield madeOf(path, folder.facts());
  for (const each of folder.names()) {
    const found = folder.look(each);
    if (found === undefined) continue;
    if (found.isDirectory()) yield* everythingIn(folder, each, below(path, each));
    else yield madeOf(below(path, each), found);
  }
}

/** Shown to people; what is no UTF-8 becomes U+FFFD. */
export const shownPath = (path: Buffer): string => namesIn(path).map(String).join('/');

export const movedTo = (move: Move): Buffer => {
  switch (move.do) {
    case 'folder':
    case 'dress':
    case 'remove':
      return bytesOf(move.path);
    case 'tree':
      return bytesOf(move.from);
    case 'listed':
      return Buffer.alloc(0);
    case 'place':
    case 'replace':
      return bytesOf(move.made.path);
  }
};
