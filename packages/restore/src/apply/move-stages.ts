import { join, posix } from 'node:path';
import { UmbraError, unreadableLimit, type UnreadableItem } from '@umbracore/contracts';
import type { StillOurs } from '../journal/claim.ts';
import { bytesOf, type FolderFacts, type Move, type MoveJournal, type Void } from '../journal/moves.ts';
import type { RestoreRecord } from '../journal/record.ts';
import { isAtOrBelow } from '../plan/places.ts';
import { Folders } from '../target/folders.ts';
import { HeldFolder } from '../target/held-folder.ts';
import { openStage } from '../target/stages.ts';
import { hasCode, perform, reasonOf, type Between } from './perform.ts';
import { movedTo, shownPath, walk, type NextMove, type Refused } from './walk.ts';

/** So many moves are made durable together before they are done. */
const batchSize = 64;
/** So often it is looked again at what changed while it was being moved. */
const mostPasses = 3;

export interface Moving {
  readonly record: RestoreRecord;
  readonly journal: MoveJournal;
  readonly signal: AbortSignal | undefined;
  readonly stillOurs: StillOurs;
  /** Lets others have their turn. */
  readonly pause: () => Promise<void>;
}

/** Puts everything that is staged where it belongs. Gives what could not be put there, up to the usual limit. */
export async function moveStages(moving: Moving): Promise<readonly UnreadableItem[]> {
  const refused = new Map<string, UnreadableItem>();
  for (const [stage] of moving.record.stages.entries()) {
    for (const [base, { inside }] of moving.record.bases.entries()) {
      using between = open(moving.record, stage, base);
      if (between !== undefined) await moveBase({ moving, stage, base, inside, between, refused });
    }
  }
  return [...refused.values()];
}

interface Opened extends Between, Disposable {
  readonly roots: { readonly staged: HeldFolder; readonly target: HeldFolder };
}

/** Undefined if nothing is staged for the base. */
export function open({ stages, bases }: RestoreRecord, stage: number, base: number): Opened | undefined {
  const { folder } = stages[stage] ?? { folder: '' };
  const { inside, outside, ino } = bases[base] ?? { inside: '', outside: '', ino: undefined };
  const opened = openStaged(folder, inside);
  if (opened === undefined) return undefined;
  const { staged, undo } = opened;
  const target = openBase(outside, ino);
  const [from, to] = [new Folders(staged), new Folders(target)];
  return {
    roots: { staged, target },
    staged: from,
    target: to,
    undo,
    [Symbol.dispose]() {
      for (const each of [from, to, undo]) each[Symbol.dispose]();
    },
  };
}

/** Throws `restore.target` if it is not the folder that was looked at. */
export function openBase(outside: string, ino: number | undefined): HeldFolder {
  const target = HeldFolder.open(outside);
  if (ino === undefined || Number(target.facts().ino) === ino) return target;
  target[Symbol.dispose]();
  throw new UmbraError('restore.target', `${outside} has become another folder since the restore was planned`, {
    hint: 'Look what became of it, and begin a new restore.',
  });
}

function openStaged(
  folder: string,
  inside: string,
): (Pick<Opened['roots'], 'staged'> & Pick<Opened, 'undo'>) | undefined {
  try {
    using stage = openStage(folder);
    const names = ['tree', ...inside.split('/').filter(Boolean)].map((name) => Buffer.from(name));
    return { staged: stage.descend(names), undo: stage.child(Buffer.from('undo')) };
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** A folder that may not be read cannot be flushed: it is left to the system. */
export function syncAbove(target: Folders, path: Buffer): void {
  try {
    target.find(path)?.folder.sync();
  } catch (error) {
    if (!hasCode(error, 'EACCES')) throw error;
  }
}

interface BaseMove {
  readonly moving: Moving;
  readonly stage: number;
  readonly base: number;
  readonly inside: string;
  readonly between: Opened;
  readonly refused: Map<string, UnreadableItem>;
}

async function moveBase(move: BaseMove): Promise<void> {
  const { moving, stage, base } = move;
  // Those of a dead one's last batch may be half done.
  const left = moving.journal.done.filter((each) => each.stage === stage && each.base === base).slice(-batchSize * 2);
  carryOut(left, move);
  for (let pass = 1; pass <= mostPasses; pass += 1) {
    const before = moving.journal.voids.length;
    await onePass(move);
    const again = moving.journal.voids.slice(before).filter(({ reason }) => reason === undefined);
    if (again.length === 0) break;
    if (pass === mostPasses) for (const { path } of again) refuse(move, path, 'it changed during the restore');
  }
  syncFolders(move);
}

/** Each folder that got something, so that a restore that is done stays done. */
function syncFolders({ moving, stage, base, between }: BaseMove): void {
  const synced = new Set<string>();
  for (const each of moving.journal.done) {
    if (each.stage !== stage || each.base !== base || !('from' in each)) continue;
    const path = movedTo(each);
    const above = posix.dirname(path.toString('latin1'));
    if (synced.has(above)) continue;
    synced.add(above);
    moving.stillOurs();
    syncAbove(between.target, path);
  }
  between.roots.target.sync();
}

async function onePass(move: BaseMove): Promise<void> {
  const { moving, stage, base, between } = move;
  const { mode } = moving.record;
  let batch: NextMove[] = [];
  const flush = async (): Promise<void> => {
    const first = moving.journal.next;
    const moves = batch.map((each, index): Move => ({ ...each, n: first + index, stage, base }));
    batch = [];
    moving.journal.append(moving.record.undoable ? moves : moves.filter((each) => each.do !== 'listed'));
    carryOut(moves, move);
    await moving.pause();
    moving.signal?.throwIfAborted();
  };
  const walking = { mode, isChosen: chosen(move), entered: entered(move), stillOurs: moving.stillOurs };
  const steps = walk(between.roots.staged, between.roots.target, Buffer.alloc(0), walking);
  for (const step of steps) {
    if ('reason' in step) refuseStep(move, step);
    else if (batch.push(step) >= batchSize || step.do === 'listed') await flush();
  }
  await flush();
}

function chosen({
  moving: {
    record: { roots },
  },
  inside,
}: BaseMove): (path: Buffer) => boolean {
  return (path) => roots.length === 0 || roots.some((root) => isAtOrBelow(join(inside, shownPath(path)), root));
}

function entered({ moving, stage, base }: BaseMove): (path: Buffer) => FolderFacts | undefined {
  const known = new Map<string, FolderFacts>();
  for (const each of moving.journal.moves) {
    if (each.do !== 'folder' || each.stage !== stage || each.base !== base) continue;
    known.set(bytesOf(each.path).toString('latin1'), each.like);
  }
  return (path) => known.get(path.toString('latin1'));
}

function carryOut(moves: readonly Move[], move: BaseMove): void {
  const voids: Void[] = [];
  for (const each of moves) {
    move.moving.stillOurs();
    const problem = attempt(each, move.between);
    if (problem === undefined) continue;
    const path = join(move.inside, shownPath(movedTo(each)));
    voids.push({ void: each.n, path, ...(problem === 'again' ? {} : { reason: problem }) });
    if (problem !== 'again') refuse(move, path, problem);
  }
  move.moving.journal.append(voids);
}

function attempt(move: Move, between: Between): string | undefined {
  try {
    return perform(move, between) === 'done' ? undefined : 'again';
  } catch (error) {
    return reasonOf(error);
  }
}

const refuseStep = (move: BaseMove, { path, reason }: Refused): void =>
  refuse(move, join(move.inside, shownPath(path)), reason);

function refuse({ refused }: BaseMove, path: string, reason: string): void {
  if (refused.size < unreadableLimit) refused.set(path, { path, reason });
}
