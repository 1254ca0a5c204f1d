import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as pause } from 'node:timers/promises';
import {
  toUmbraError,
  UmbraError,
  type Backend,
  type Clock,
  type EventStream,
  type Instant,
  type Log,
  type Operation,
  type ProcessTable,
  type RestoreSettings,
} from '@umbracore/contracts';
import { reasonOf } from './apply/perform.ts';
import { demandExpected, demandRoom, demandUndoable, notOpen } from './refusals.ts';
import { takeBack, type Undone } from './apply/undo.ts';
import { carryOut, cleanUp } from './carry-out.ts';
import { claim, type Claim, type StillOurs } from './journal/claim.ts';
import { isLeft } from './journal/left.ts';
import { MoveJournal, type Move, type Removal } from './journal/moves.ts';
import { readRecord, recordIds, writeRecord, type RestoreRecord, type Stage } from './journal/record.ts';
import { readRemovals, writeRemovals } from './journal/removals.ts';
import { prepare, type PreparedRestore, type RestoreRequest } from './prepare.ts';
import { newRestoreId } from './restore-id.ts';
import { tellOf } from './tell.ts';
import { existsNothing } from './target/bases.ts';
import { lostStage, stageName, type PlannedStage } from './target/stages.ts';

const dayMs = 24 * 60 * 60_000;
/** What is kept of what was replaced, so that restores can be taken back, where nobody says anything else. */
const usualUndo: RestoreSettings = { undoKeptMs: 14 * dayMs, undoBytes: undefined };
/** Of a restore that is only being begun. */
const unknownToOthers: StillOurs = () => {};
/** So long it is known that there was a restore. */
const recordKeptMs = 365 * dayMs;

export interface RestoresOptions {
  /** Holds the records; made when needed. */
  readonly dir: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly events: EventStream;
  readonly processTable: ProcessTable;
  /** From 0 to below 1. */
  readonly random: () => number;
  /** Asked each time that it matters; absent: a fortnight, and any amount. */
  readonly undo?: (() => RestoreSettings | undefined) | undefined;
}

/**
 * Restores that are recorded before they do anything: whatever happens on the way, each file is the old one or the new one,
 * and it can be gone on or taken back.
 */
export class Restores {
  readonly #options: RestoresOptions;

  constructor(options: RestoresOptions) {
    this.#options = options;
  }

  /** What would be done. Writes nothing. */
  prepare(backend: Backend, request: RestoreRequest, operation: Operation = {}): Promise<PreparedRestore> {
    return prepare(backend, request, operation);
  }

  /** Records it. Throws `restore.target` if something is in the way or there is no room. */
  begin(prepared: PreparedRestore): RestoreRecord {
    demandRoom(prepared);
    demandExpected(prepared);
    const { clock, random } = this.#options;
    this.expire();
    const id = newRestoreId(clock.now(), random);
    const record = recordOf(prepared, id, clock.now());
    this.#save(record, unknownToOthers, record.deletes === true ? prepared.extras.removals : undefined);
    return record;
  }

  /** Carries out what was begun, or goes on with it. Gives the record with its outcome. */
  async carryOut(id: string, backend: Backend, operation: Operation = {}): Promise<RestoreRecord> {
    using claimed = this.#claim(id);
    const { stillOurs } = claimed;
    const begun = this.get(id);
    if (begun.state !== 'staging' && begun.state !== 'moving') throw notOpen(begun);
    const tell = tellOf(this.#options, begun);
    tell.begun();
    try {
      const done = await carryOut(begun, {
        backend,
        operation: {
          ...operation,
          signal: AbortSignal.any([claimed.signal, ...(operation.signal === undefined ? [] : [operation.signal])]),
          report: tell.progress(operation.report),
        },
        stillOurs,
        journalFile: this.#journalFile(id),
        removals: () => readRemovals(this.#folder(id)),
        save: (record) => this.#save(record, stillOurs),
      });
      const finished = this.#finish(done, stillOurs);
      tell.finished(finished);
      return finished;
    } catch (cause) {
      const error = claimed.reasonFor(cause);
      tell.stopped(toUmbraError(error));
      throw error;
    }
  }

  #finish(done: RestoreRecord, stillOurs: StillOurs): RestoreRecord {
    const { id } = done;
    cleanUp(done, done.undoable, stillOurs);
    const finishedAt = this.#options.clock.now();
    const moves = this.#movesOf(id, stillOurs);
    const undoable = done.undoable && moves.length > 0;
    const keepUntil = undoable ? finishedAt + this.#undo.undoKeptMs : null;
    const keptBytes = moves.reduce((sum, move) => sum + bytesKept(move), 0);
    const record: RestoreRecord = { ...done, state: 'finished', undoable, finishedAt, keepUntil, keptBytes };
    this.#save(record, stillOurs);
    this.#expireBeyondBudget();
    return record;
  }

  /** Puts back what was replaced and removes what was made, as far as nobody has changed it since. */
  async undo(id: string): Promise<Undone> {
    using claimed = this.#claim(id);
    const { stillOurs } = claimed;
    const record = this.get(id);
    demandUndoable(record);
    this.#save({ ...record, state: 'undoing' }, stillOurs);
    const moves = this.#movesOf(id, stillOurs);
    const undone = await takeBack(record, moves, { stillOurs, pause });
    const isWhole = undone.leftCount === 0;
    if (isWhole) cleanUp(record, false, stillOurs);
    const { finishedAt, keepUntil } = record;
    const kept = keepUntil ?? this.#options.clock.now() + this.#undo.undoKeptMs;
    this.#save(
      { ...record, state: isWhole ? 'undone' : 'undoing', finishedAt, keepUntil: isWhole ? null : kept },
      stillOurs,
    );
    tellOf(this.#options, record).undone(undone);
    return undone;
  }

  /** Gives up one that has put nothing in place, or what is kept to take one back. */
  discard(id: string): RestoreRecord {
    using claimed = this.#claim(id);
    const { stillOurs } = claimed;
    const record = this.get(id);
    // A new folder is removed by hand, and nothing else is lost by it.
    if (record.state === 'moving' && record.undoable && lostStage(record) === undefined) {
      throw new UmbraError('restore.incomplete', `the restore ${id} has begun to put files in place`, {
        hint: `Go on with it (umbra restore --resume ${id}) or take it back (umbra restore --undo ${id}) first.`,
      });
    }
    cleanUp(record, false, stillOurs);
    const isAtItsEnd = record.state === 'finished' || record.state === 'undone';
    const state = isAtItsEnd ? record.state : 'discarded';
    const discarded: RestoreRecord = { ...record, state, undoable: false, keepUntil: null };
    this.#save(discarded, stillOurs);
    stillOurs();
    rmSync(this.#journalFile(id), { force: true });
    return discarded;
  }

  /** Throws `usage.unknown-restore`. */
  get(id: string): RestoreRecord {
    return readRecord(this.#folder(id), id);
  }

  /** The id that begins with these characters. Throws `usage.unknown-restore`. */
  find(text: string): RestoreRecord {
    const ids = recordIds(this.#options.dir).filter((id) => id.toLowerCase().startsWith(text.toLowerCase()));
    const [id, another] = ids;
    if (id !== undefined && another === undefined) return this.get(id);
    const what = id === undefined ? `there is no restore ${text}` : `several restores begin with ${text}`;
    throw new UmbraError('usage.unknown-restore', what, { hint: 'See which there are: umbra restore --list' });
  }

  /** Oldest first. One whose record cannot be read is left out, and said in the log. */
  list(): readonly RestoreRecord[] {
    return recordIds(this.#options.dir).flatMap((id) => {
      try {
        return [this.get(id)];
      } catch (error) {
        this.#options.log.warn({ restore: id, error: String(error) }, 'a record of a restore cannot be read');
        return [];
      }
    });
  }

  /** The newest of the same that was not carried out to its end, and can be. */
  unfinished(request: RestoreRequest): RestoreRecord | undefined {
    const { repository, snapshot, wanted, target = null, mode, verify, deletes, broughtTo = '' } = request;
    const same = JSON.stringify([
      repository,
      snapshot.id,
      wanted,
      target,
      mode,
      verify,
      deletes !== undefined,
      broughtTo,
    ]);
    return this.list().findLast(
      (each) =>
        (each.state === 'staging' || each.state === 'moving') &&
        JSON.stringify(wishOf(each)) === same &&
        lostStage(each) === undefined,
    );
  }

  /** What was begun, to restore or to take back, is not at its end, and has nobody who works on it. Oldest first. */
  left(): readonly RestoreRecord[] {
    return this.list().filter((record) => isLeft(this.#options.dir, record, this.#options));
  }

  /** Lets go of what is kept for longer than was said. */
  expire(): void {
    const now = this.#options.clock.now();
    for (const { id, state, keepUntil, createdAt } of this.list()) {
      try {
        if (keepUntil !== null && keepUntil < now) this.discard(id);
        // Nothing of it was put in place, and nobody came back for it.
        if (state === 'staging' && createdAt + this.#undo.undoKeptMs < now) this.discard(id);
        if (state !== 'staging' && state !== 'moving' && createdAt + recordKeptMs < now) this.#forget(id);
      } catch (error) {
        this.#options.log.warn({ restore: id, error: String(error) }, 'what a restore kept could not be removed');
      }
    }
    this.#expireBeyondBudget();
  }

  /** What goes because newer restores keep more than there may be. */
  #expireBeyondBudget(): void {
    for (const { id } of beyondBudget(this.list(), this.#undo.undoBytes)) {
      try {
        this.discard(id);
      } catch (error) {
        this.#options.log.warn({ restore: id, error: String(error) }, 'what a restore kept could not be removed');
      }
    }
  }

  get #undo(): RestoreSettings {
    return this.#options.undo?.() ?? usualUndo;
  }

  #forget(id: string): void {
    this.discard(id);
    rmSync(this.#folder(id), { recursive: true });
  }

  #movesOf(id: string, stillOurs: StillOurs) {
    using journal = new MoveJournal(this.#journalFile(id), stillOurs);
    return journal.done;
  }

  #claim(id: string): Claim {
    this.get(id);
    return claim(this.#folder(id), id, this.#options);
  }

  #save(record: RestoreRecord, stillOurs: StillOurs, removals?: readonly Removal[]): void {
    stillOurs();
    const folder = this.#folder(record.id);
    try {
      mkdirSync(this.#options.dir, { recursive: true, mode: 0o700 });
      // Not recursive: then Node gives ENOENT where nothing may be written.
      if (existsNothing(folder)) mkdirSync(folder, { mode: 0o700 });
      if (removals !== undefined) writeRemovals(folder, removals, stillOurs);
      writeRecord(folder, record, stillOurs);
    } catch (error) {
      stillOurs();
      throw new UmbraError('state.read-only', `The restore cannot be recorded: ${reasonOf(error)}`, {
        hint: 'Make room, or set UMBRA_STATE_DIR to a folder that can be written.',
        context: { folder: this.#options.dir },
        cause: error,
      });
    }
  }

  #folder(id: string): string {
    return join(this.#options.dir, id);
  }

  #journalFile(id: string): string {
    return join(this.#folder(id), 'moves.jsonl');
  }
}

/** Restores, oldest first, whose undo is more than `bytes` with that of those after them; never the newest one that keeps any. */
export function beyondBudget(records: readonly RestoreRecord[], bytes: number | undefined): readonly RestoreRecord[] {
  if (bytes === undefined) return [];
  const kept = records.filter(({ state, keepUntil }) => state === 'finished' && keepUntil !== null).toReversed();
  let sum = 0;
  return kept.filter(({ keptBytes = 0 }, index) => {
    sum += keptBytes;
    return index > 0 && sum > bytes;
  });
}

const wishOf = (record: RestoreRecord): readonly unknown[] => {
  const { repository, snapshot, wanted, target, mode, verify, deletes = false, broughtTo = '' } = record;
  return [repository, snapshot, wanted, target, mode, verify, deletes, broughtTo];
};

/** Of what is beside the target so that it can be put back. */
function bytesKept(move: Move): number {
  if (move.do === 'remove') return move.bytes;
  return move.do === 'replace' ? Number(move.was.size) : 0;
}

function recordOf(prepared: PreparedRestore, id: string, now: Instant): RestoreRecord {
  const { request, plan, bases, stages, made, undoable } = prepared;
  return {
    version: 1,
    id,
    createdAt: now,
    repository: request.repository,
    snapshot: request.snapshot.id,
    wanted: request.wanted,
    target: request.target ?? null,
    mode: request.mode,
    verify: request.verify,
    broughtTo: request.broughtTo,
    ...(request.deletes === undefined ? {} : { deletes: true }),
    undoable,
    bases,
    roots: prepared.chosen.roots,
    made,
    stages: stages.map((stage, index) => stageOf(stage, stageName(id, index))),
    planned: plan.counts,
    state: 'staging',
    outcome: null,
    finishedAt: null,
    keepUntil: null,
  };
}

const stageOf = ({ places, include, bytes, keepsOnly }: PlannedStage, name: string): Stage => ({
  places,
  include,
  bytes,
  name,
  folder: '',
  staged: keepsOnly === true ? { failed: [], bad: [] } : null,
});
