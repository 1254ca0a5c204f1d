import { mkdirSync, rmdirSync } from 'node:fs';
import { posix } from 'node:path';
import { setImmediate as pause } from 'node:timers/promises';
import {
  unreadableLimit,
  type Backend,
  type Operation,
  type Progress,
  type RestoreOutcome,
  type UnreadableItem,
} from '@umbracore/contracts';
import { moveStages, type Moving } from './apply/move-stages.ts';
import { hasCode, reasonOf } from './apply/perform.ts';
import { removeExtras } from './apply/remove-extras.ts';
import { removeTree } from './apply/remove-tree.ts';
import { bring } from './apply/stage.ts';
import { goneWithout } from './refusals.ts';
import type { StillOurs } from './journal/claim.ts';
import { bytesOfMade, MoveJournal, type Move, type Removal } from './journal/moves.ts';
import type { RestoreRecord, Stage } from './journal/record.ts';
import type { HeldFolder } from './target/held-folder.ts';
import { existsNothing } from './target/bases.ts';
import { keepingTimes, lostStage, madeStageFolder, makeStageFolder, openStage } from './target/stages.ts';
import { unwritable } from './target/writable.ts';

export interface CarryingOut {
  readonly backend: Backend;
  readonly operation: Operation;
  readonly stillOurs: StillOurs;
  readonly journalFile: string;
  /** What it was agreed to remove. */
  readonly removals: () => readonly Removal[];
  /** Durable before it returns. */
  readonly save: (record: RestoreRecord) => void;
}

/** Goes on from wherever the record says that it stands. Whoever calls it has claimed the restore. */
export async function carryOut(begun: RestoreRecord, work: CarryingOut): Promise<RestoreRecord> {
  const lost = lostStage(begun);
  if (lost !== undefined) throw goneWithout(begun, lost);
  let record = begun;
  const save = (changes: Partial<RestoreRecord>): void => {
    record = { ...record, ...changes };
    work.save(record);
  };
  if (record.state === 'staging') {
    save({ stages: record.stages.map((stage) => withFolder(stage)) });
    for (const [index, stage] of record.stages.entries()) {
      if (stage.staged !== null) continue;
      const staged = await bring(work.backend, record, stage, {
        operation: partOf(work.operation, record.stages, index),
        stillOurs: work.stillOurs,
      });
      save({ stages: record.stages.map((each, at) => (at === index ? { ...stage, staged } : each)) });
    }
    work.operation.signal?.throwIfAborted();
    save({ state: 'moving' });
  }
  if (record.outcome !== null) return record;
  using journal = new MoveJournal(work.journalFile, work.stillOurs);
  for (const folder of record.made) makeFolder(folder);
  const moving = { record, journal, signal: work.operation.signal, stillOurs: work.stillOurs, pause };
  const refused = await moveStages(moving);
  const left = record.deletes === true ? await remove(moving, work.removals()) : [];
  save({ outcome: outcomeOf(record, journal.done, [...refused, ...left]) });
  return record;
}

/** Where what the snapshot has cannot be brought, nothing is taken away either. */
async function remove(moving: Moving, removals: readonly Removal[]): Promise<readonly UnreadableItem[]> {
  const isWhole = moving.record.stages.every(({ staged }) => staged === null || staged.bad.length === 0);
  if (isWhole || removals.length === 0) return removeExtras(moving, removals);
  const path = moving.record.bases[0]?.outside ?? '/';
  return [{ path, reason: 'nothing was removed there, for not everything could be restored' }];
}

const withFolder = (stage: Stage): Stage =>
  stage.folder === '' || existsNothing(stage.folder)
    ? { ...stage, folder: makeStageFolder(stage.places, stage.name) }
    : stage;

function makeFolder(folder: string): void {
  try {
    keepingTimes(posix.dirname(folder), () => mkdirSync(folder));
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return;
    throw unwritable({ folder: posix.dirname(folder), why: reasonOf(error) }, error);
  }
}

/** With several file systems each is a part of the whole, by its bytes. */
function partOf(operation: Operation, stages: readonly Stage[], index: number): Operation {
  const { report } = operation;
  const total = stages.reduce((sum, { bytes }) => sum + bytes, 0);
  const before = stages.slice(0, index).reduce((sum, { bytes }) => sum + bytes, 0);
  const share = total === 0 ? 1 : (stages[index]?.bytes ?? 0) / total;
  if (report === undefined || stages.length === 1) return operation;
  const scaled = (progress: Progress): Progress => ({
    ...progress,
    percentage:
      total === 0 || progress.percentage === undefined
        ? undefined
        : (100 * before) / total + progress.percentage * share,
    bytesProcessed: before + progress.bytesProcessed,
    bytesTotal: total,
  });
  return { ...operation, report: (progress) => report(scaled(progress)) };
}

function outcomeOf(record: RestoreRecord, moves: readonly Move[], refused: readonly UnreadableItem[]): RestoreOutcome {
  const failed = [...record.stages.flatMap(({ staged }) => staged?.failed ?? []), ...refused];
  const { keep, unchanged } = record.planned;
  const counts = { create: 0, replace: 0, beside: 0, keep, unchanged, remove: 0 };
  let bytes = 0;
  for (const move of moves) {
    if (move.do === 'tree') {
      counts.create += move.files;
      bytes += move.bytes;
    } else if (move.do === 'place' || move.do === 'replace') {
      counts[move.do === 'replace' ? 'replace' : move.beside ? 'beside' : 'create'] += 1;
      bytes += bytesOfMade(move.made);
    } else if (move.do === 'remove') {
      counts.remove += move.files;
    }
  }
  return {
    counts,
    bytes,
    failed: failed.slice(0, unreadableLimit),
    failedCount: failed.length,
    differing: record.stages.reduce((sum, { staged }) => sum + (staged?.bad.length ?? 0), 0),
  };
}

/** Removes what a restore made beside its target; with `keepUndo` but for what is needed to take it back. */
export function cleanUp({ stages }: RestoreRecord, keepUndo: boolean, stillOurs: StillOurs): void {
  for (const stage of stages) {
    // Whoever died right after making it did not come to record where.
    const folder = stage.folder === '' ? madeStageFolder(stage.places, stage.name) : stage.folder;
    if (folder === undefined) continue;
    const kept = withStage(folder, (stage) => {
      removeTree(stage, Buffer.from('tree'), stillOurs);
      stillOurs();
      if (keepUndo && !removeIfEmpty(stage, Buffer.from('undo'))) return true;
      removeTree(stage, Buffer.from('undo'), stillOurs);
      removeTree(stage, Buffer.from('CACHEDIR.TAG'), stillOurs);
      return false;
    });
    stillOurs();
    if (kept === false) keepingTimes(posix.dirname(folder), () => rmdirSync(folder));
  }
}

/** Undefined if it is gone already. */
function withStage(folder: string, act: (stage: HeldFolder) => boolean): boolean | undefined {
  try {
    using stage = openStage(folder);
    return act(stage);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function removeIfEmpty(stage: HeldFolder, name: Buffer): boolean {
  try {
    rmdirSync(stage.at(name));
    return true;
  } catch {
    return false;
  }
}
