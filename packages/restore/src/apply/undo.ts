import { linkSync, renameSync, rmdirSync, unlinkSync, type BigIntStats } from 'node:fs';
import { join } from 'node:path';
import { unreadableLimit, type UnreadableItem } from '@umbracore/contracts';
import type { StillOurs } from '../journal/claim.ts';
import { bytesOf, type Made, type Move } from '../journal/moves.ts';
import type { RestoreRecord } from '../journal/record.ts';
import { existsNothing } from '../target/bases.ts';
import { lookAtPath } from '../target/look-at.ts';
import { Folders, type Spot } from '../target/folders.ts';
import { HeldFolder } from '../target/held-folder.ts';
import { openStage } from '../target/stages.ts';
import { folderFacts, isStill } from './facts.ts';
import { dressAs, hasCode, lookAt, pathOf, reasonOf, renameFolder } from './perform.ts';
import { shownPath } from './walk.ts';

/** What came of taking back a restore. */
export interface Undone {
  /** Put back as they were. */
  readonly putBack: number;
  /** Removed, for the restore had made them. */
  readonly removed: number;
  /** Left as they are, each with the reason. */
  readonly left: readonly UnreadableItem[];
  readonly leftCount: number;
}

interface Tally {
  putBack: number;
  removed: number;
  readonly left: Map<string, UnreadableItem>;
}

/**
 * Takes moves back, the last one first. Doing it once more ends the same. What was changed after the restore is somebody's work
 * and stays.
 */
export async function takeBack(
  record: RestoreRecord,
  moves: readonly Move[],
  { stillOurs, pause }: { readonly stillOurs: StillOurs; readonly pause: () => Promise<void> },
): Promise<Undone> {
  const tally: Tally = { putBack: 0, removed: 0, left: new Map() };
  for (const [index, move] of moves.toReversed().entries()) {
    takeBackOne(record, move, tally, stillOurs);
    if (index % 100 === 99) await pause();
  }
  for (const folder of record.made.toReversed()) {
    stillOurs();
    removeIfEmpty(folder);
  }
  const left = [...tally.left.values()];
  const { putBack, removed } = tally;
  return { putBack, removed, left: left.slice(0, unreadableLimit), leftCount: left.length };
}

/** One base, and what is told of it. */
interface Taking {
  readonly base: string;
  readonly target: Folders;
  readonly stage: string;
  readonly tally: Tally;
  readonly stillOurs: StillOurs;
}

function takeBackOne(record: RestoreRecord, move: Move, tally: Tally, stillOurs: StillOurs): void {
  const base = record.bases[move.base]?.outside ?? '/';
  const stage = record.stages[move.stage]?.folder ?? '';
  if (lookAtPath(base)?.isDirectory() !== true) return leave({ base, tally }, Buffer.alloc(0), 'is not there any more');
  using target = new Folders(HeldFolder.open(base));
  const taking = { base, target, stage, tally, stillOurs };
  switch (move.do) {
    case 'folder':
      return attempt(taking, bytesOf(move.path), () => dressBack(move, target));
    case 'listed':
      for (const made of move.made.toReversed()) attempt(taking, bytesOf(made.path), () => remove(made, taking));
      return;
    case 'place':
      return attempt(taking, bytesOf(move.made.path), () => remove(move.made, taking));
    case 'replace':
      return attempt(taking, bytesOf(move.made.path), () => putBack(move, taking));
    case 'remove':
      return attempt(taking, bytesOf(move.path), () => bringBack(move, taking));
    case 'tree':
    case 'dress':
      return;
  }
}

function leave({ base, tally }: Pick<Taking, 'base' | 'tally'>, path: Buffer, reason: string): void {
  const shown = join(base, shownPath(path));
  tally.left.set(shown, { path: shown, reason });
}

function attempt(taking: Taking, path: Buffer, act: () => void): void {
  taking.stillOurs();
  try {
    act();
  } catch (error) {
    leave(taking, path, reasonOf(error));
  }
}

function dressBack({ path, was }: Extract<Move, { do: 'folder' }>, target: Folders): void {
  const goal = target.find(bytesOf(path));
  const found = goal && lookAt(goal);
  if (goal !== undefined && found !== undefined && folderFacts(found).ino === was.ino) dressAs(goal, was);
}

function remove(made: Made, taking: Taking): void {
  const { target, tally } = taking;
  const path = bytesOf(made.path);
  const goal = target.find(path);
  const found = goal && lookAt(goal);
  if (goal === undefined || found === undefined) return;
  if (!isStill(found, made)) return leave(taking, path, 'changed since the restore');
  try {
    removeAt(goal, found.isDirectory());
    if (made.folder !== true) tally.removed += 1;
  } catch (error) {
    // Somebody put something into it since.
    if (!hasCode(error, 'ENOTEMPTY') && !hasCode(error, 'EEXIST')) throw error;
  }
}

function removeAt(goal: Spot, isFolder: boolean): void {
  const act = (): void => (isFolder ? rmdirSync : unlinkSync)(pathOf(goal));
  try {
    act();
  } catch (error) {
    if (!hasCode(error, 'EACCES')) throw error;
    // The restore made the folder as well, with the rights that it has in the snapshot.
    goal.folder.allowChangesFor(act);
  }
}

/** Does something with what is kept of a move, if anything is. */
function withKept(n: number, stage: string, act: (kept: Spot, old: BigIntStats) => void): void {
  // All of it was put back already, and the folder is gone.
  if (existsNothing(join(stage, 'undo'))) return;
  using above = openStage(stage);
  using undo = above.child(Buffer.from('undo'));
  const kept = { folder: undo, name: Buffer.from(String(n)) };
  const old = lookAt(kept);
  if (old !== undefined) act(kept, old);
}

function bringBack({ n, path, files }: Extract<Move, { do: 'remove' }>, taking: Taking): void {
  const { target, stage, tally } = taking;
  withKept(n, stage, (kept, old) => {
    const goal = target.spot(bytesOf(path));
    const found = lookAt(goal);
    // Whoever died in between left it with both names.
    if (found?.ino === old.ino) return unlinkSync(pathOf(kept));
    if (found !== undefined) {
      leave(taking, bytesOf(path), `something else is there by now; ${keptAs(stage, n)}`);
      return;
    }
    const act = (): void => (old.isDirectory() ? renameFolder(kept, goal) : putWhereItWas(pathOf(kept), pathOf(goal)));
    try {
      act();
    } catch (error) {
      if (!hasCode(error, 'EACCES')) throw error;
      goal.folder.allowChangesFor(act);
    }
    tally.putBack += files;
  });
}

const keptAs = (stage: string, n: number): string => `what it was before is kept as ${join(stage, 'undo', String(n))}`;

function putBack({ n, made }: Extract<Move, { do: 'replace' }>, taking: Taking): void {
  withKept(n, taking.stage, (kept, old) => putBackOver(kept, old, { n, made }, taking));
}

function putBackOver(
  kept: Spot,
  old: BigIntStats,
  { n, made }: Pick<Extract<Move, { do: 'replace' }>, 'n' | 'made'>,
  taking: Taking,
): void {
  const { target, stage, tally } = taking;
  const path = bytesOf(made.path);
  const goal = target.spot(path);
  const found = lookAt(goal);
  // It never came to the replacement: what was to be kept is where it was.
  if (found?.ino === old.ino) return unlinkSync(pathOf(kept));
  if (found === undefined) putWhereItWas(pathOf(kept), pathOf(goal));
  else if (isStill(found, made)) renameSync(pathOf(kept), pathOf(goal));
  else return leave(taking, path, `changed since the restore; ${keptAs(stage, n)}`);
  tally.putBack += 1;
}

/** A rename could replace what came there this moment. */
function putWhereItWas(kept: Buffer, goal: Buffer): void {
  try {
    linkSync(kept, goal);
  } catch (error) {
    if (hasCode(error, 'EEXIST')) throw error;
    return renameSync(kept, goal);
  }
  unlinkSync(kept);
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Something of somebody is in it.
  }
}
