import { renameSync } from 'node:fs';
import { join } from 'node:path';
import type { UnreadableItem } from '@umbracore/contracts';
import { bytesOf, written, type Move, type Removal, type WrittenPath } from '../journal/moves.ts';
import type { RestoreRecord } from '../journal/record.ts';
import { Folders, type Spot } from '../target/folders.ts';
import { portraitOf } from '../target/portrait.ts';
import { keepingTimes, openStage } from '../target/stages.ts';
import { folderFacts, isStill } from './facts.ts';
import { openBase, syncAbove, type Moving } from './move-stages.ts';
import { hasCode, lookAt, pathOf, reasonOf, renameFolder } from './perform.ts';
import { shownPath } from './walk.ts';

/** So many are made durable together before they are done. */
const batchSize = 64;

type Remove = Extract<Move, { do: 'remove' }>;

/**
 * Takes what a restore was agreed to remove out of its target, into the folders of its stages, from which it is put back when the
 * restore is taken back. What has changed since it was agreed to stays. Gives what stays, and why.
 */
export async function removeExtras(moving: Moving, removals: readonly Removal[]): Promise<readonly UnreadableItem[]> {
  const left: UnreadableItem[] = [];
  for (const base of moving.record.bases.keys()) {
    const here = removals.filter((each) => each.base === base);
    if (here.length > 0) await removeIn(moving, base, here, left);
  }
  return left;
}

interface Within {
  readonly moving: Moving;
  readonly base: number;
  readonly target: Folders;
  /** The device of each stage. */
  readonly devices: readonly bigint[];
  /** The folders of which it is written how they were. */
  readonly entered: Set<string>;
  readonly leave: (path: WrittenPath, reason: string) => void;
}

async function removeIn(
  moving: Moving,
  base: number,
  removals: readonly Removal[],
  left: UnreadableItem[],
): Promise<void> {
  const { record, journal, signal, pause } = moving;
  const { outside, ino } = record.bases[base] ?? { outside: '/', ino: undefined };
  using target = new Folders(openBase(outside, ino));
  const within: Within = {
    moving,
    base,
    target,
    devices: record.stages.map(({ folder }) => deviceOf(folder)),
    entered: new Set(
      journal.moves.flatMap((move) => (move.do === 'folder' && move.base === base ? [keyOf(move.path)] : [])),
    ),
    leave: (path, reason) => void left.push({ path: join(outside, shownPath(bytesOf(path))), reason }),
  };
  // Those of a dead one's last batch may be half done.
  removesIn(journal.done, base)
    .slice(-batchSize)
    .forEach((move) => attempt(move, within));
  const written = new Set(removesIn(journal.moves, base).map(({ path }) => keyOf(path)));
  const open = removals.filter(({ path }) => !written.has(keyOf(path)));
  for (let at = 0; at < open.length; at += batchSize) {
    const steps = open.slice(at, at + batchSize).flatMap((removal) => stepsFor(removal, within));
    const moves = steps.map((step, index): Move => ({ ...step, n: journal.next + index }));
    journal.append(moves);
    for (const move of removesIn(moves, base)) attempt(move, within);
    await pause();
    signal?.throwIfAborted();
  }
  const above = new Map(removesIn(journal.done, base).map(({ path }) => [keyOf(parentOf(bytesOf(path))), path]));
  for (const path of above.values()) syncAbove(target, bytesOf(path));
}

const keyOf = (path: WrittenPath | Buffer): string => (Buffer.isBuffer(path) ? path : bytesOf(path)).toString('latin1');
const parentOf = (path: Buffer): Buffer => path.subarray(0, Math.max(0, path.lastIndexOf('/')));

const removesIn = (moves: readonly Move[], base: number): readonly Remove[] =>
  moves.filter((move): move is Remove => move.do === 'remove' && move.base === base);

function deviceOf(folder: string): bigint {
  using stage = openStage(folder);
  return stage.facts().dev;
}

function attempt(move: Remove, { moving: { record, journal, stillOurs }, target, leave }: Within): void {
  stillOurs();
  let reason: string | undefined;
  try {
    reason = remove(move, target, record);
  } catch (error) {
    reason = reasonOf(error);
  }
  if (reason === undefined) return;
  journal.append([{ void: move.n, path: shownPath(bytesOf(move.path)), reason }]);
  leave(move.path, reason);
}

type Unnumbered<T> = T extends Move ? Omit<T, 'n'> : never;

/** Nothing for what has changed. How the folder above was comes first, so that taken back it is as it was. */
function stepsFor(
  removal: Removal,
  { moving: { stillOurs }, base, target, devices, entered, leave }: Within,
): readonly Unnumbered<Move>[] {
  const { base: _base, place: _place, portrait: _portrait, files, bytes, ...was } = removal;
  const path = bytesOf(removal.path);
  stillOurs();
  try {
    const goal = target.find(path);
    const found = goal && lookAt(goal);
    if (goal === undefined || found === undefined) return [];
    if (!isStill(found, removal) || hasChanged(goal, removal)) {
      leave(removal.path, changed);
      return [];
    }
    // A rename does not leave its file system.
    const stage = devices.indexOf(goal.folder.facts().dev);
    if (stage === -1) throw new Error('the restore has no folder on its file system');
    const above = parentOf(path);
    const facts = folderFacts(goal.folder.facts());
    const enters = !entered.has(keyOf(above));
    entered.add(keyOf(above));
    return [
      ...(enters ? [{ do: 'folder', stage, base, path: written(above), was: facts, like: facts } as const] : []),
      { do: 'remove', stage, base, path: removal.path, was, files, bytes },
    ];
  } catch (error) {
    leave(removal.path, reasonOf(error));
    return [];
  }
}

const changed = 'changed since the preview, so it stays';

function hasChanged({ folder, name }: Spot, { portrait }: Removal): boolean {
  if (portrait === '') return false;
  using child = folder.child(name);
  return portraitOf(child).portrait !== portrait;
}

/** Doing it once more after it was done ends the same. Gives the reason for which it stays. */
function remove({ n, stage, path, was }: Remove, target: Folders, { stages }: RestoreRecord): string | undefined {
  using held = openStage(stages[stage]?.folder ?? '');
  using undo = held.child(Buffer.from('undo'));
  const kept = { folder: undo, name: Buffer.from(String(n)) };
  if (lookAt(kept) !== undefined) return undefined;
  const goal = target.find(bytesOf(path));
  const found = goal && lookAt(goal);
  if (goal === undefined || found === undefined) return 'it was gone already';
  if (!isStill(found, was)) return changed;
  const move = (): void => (found.isDirectory() ? renameFolder(goal, kept) : renameSync(pathOf(goal), pathOf(kept)));
  try {
    keepingTimes(String(goal.folder.at(Buffer.from('.'))), move);
  } catch (error) {
    if (!hasCode(error, 'EACCES')) throw error;
    goal.folder.allowChangesFor(move);
  }
  return undefined;
}
