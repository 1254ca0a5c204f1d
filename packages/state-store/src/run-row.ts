import {
  isTerminal,
  unbegunRun,
  type AccountedEnd,
  type AdoptedEnd,
  type NewRun,
  type RunChange,
  type RunRecord,
  type RunState,
} from '@umbracore/contracts';
import { canonicalJson } from './canonical-json.ts';

/**
 * A run as both stores keep it. The record is one canonical text; beside it stand copies of what is searched for, and what
 * belongs to the journal only. Until a run ends, `cancel_requested_at` is the truth and the record's copy is null: a request
 * to cancel must not outdate the revision that the owner of the run holds.
 */
export interface RunRow {
  readonly id: string;
  readonly job: string;
  readonly repository: string;
  readonly slot: string | null;
  readonly parent: string | null;
  readonly state: RunState;
  readonly queued_at: number;
  readonly finished_at: number | null;
  readonly revision: number;
  readonly cancel_requested_at: number | null;
  /** Fence of the last claim; 0 before the first. */
  readonly fence: number;
  /** `ProcessIdentity` as JSON; null while nobody holds the run. */
  readonly owner: string | null;
  readonly lease_until: number | null;
  readonly record: string;
  /** Place in the chain of ended runs, from 1; null until the run ends. */
  readonly seal: number | null;
  readonly hash: string | null;
  readonly prev_hash: string | null;
}

/** A queued run; with an end the record of one that nobody starts, which ended when it was asked for. */
export function newRow(run: NewRun, end?: AccountedEnd | AdoptedEnd): RunRow {
  const { plan } = run;
  const record: RunRecord = {
    id: run.id,
    job: plan.job.id,
    repository: plan.repository?.name ?? '',
    trigger: run.trigger,
    parent: run.parent ?? null,
    slot: run.slot,
    slotAt: run.slotAt,
    queuedAt: run.queuedAt,
    ...unbegunRun,
    ...(end === undefined ? {} : changeBy(end, run.queuedAt)),
    plan,
  };
  const journal = { cancel_requested_at: null, fence: 0, owner: null, lease_until: null };
  return { ...columnsOf(record), ...journal, seal: null, hash: null, prev_hash: null };
}

function changeBy(end: AccountedEnd | AdoptedEnd, queuedAt: number): Partial<RunRecord> {
  if (end.outcome !== 'succeeded') return { state: end.outcome, finishedAt: queuedAt, because: end.because };
  const { outcome: state, ...known } = end;
  return { state, ...known };
}

/** The columns that are copies of what the record says. */
export function copiesOf(record: RunRecord) {
  return {
    id: record.id,
    job: record.job,
    repository: record.repository,
    slot: record.slot,
    parent: record.parent,
    state: record.state,
    queued_at: record.queuedAt,
    finished_at: record.finishedAt,
    revision: record.revision,
  };
}

/** All columns that follow from the record. */
export const columnsOf = (record: RunRecord) => ({ ...copiesOf(record), record: canonicalJson(record) });

/** The record after a change; the mark of a wanted cancel is written into it only when it ends. */
export function changedRecord(row: RunRow, before: RunRecord, change: RunChange): RunRecord {
  const after: RunRecord = { ...before, ...change, revision: before.revision + 1 };
  return { ...after, cancelRequestedAt: isTerminal(after.state) ? row.cancel_requested_at : null };
}

/** The record of a row; undefined if its text is not one. */
export function recordOf(row: RunRow): RunRecord | undefined {
  const record = parsed(row.record);
  if (record === undefined) return undefined;
  return row.seal === null ? { ...record, cancelRequestedAt: row.cancel_requested_at } : record;
}

/** Fields that records of earlier versions do not have. */
const addedLater = { parent: null, because: null, report: null };

function parsed(text: string): RunRecord | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return looksLikeRun(value) ? { ...addedLater, ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** Only what a reader would trip over: the hash is what tells whether the rest is as it was written. */
function looksLikeRun(value: unknown): value is RunRecord {
  if (typeof value !== 'object' || value === null) return false;
  const run = value as Partial<Record<keyof RunRecord, unknown>>;
  const texts = [run.id, run.job, run.repository, run.state];
  const lists = [run.attempts, run.unreadable, run.suspicions, run.sources];
  return (
    texts.every((text) => typeof text === 'string') &&
    lists.every(Array.isArray) &&
    typeof run.plan === 'object' &&
    run.plan !== null
  );
}

/** How many rows are in each state. */
export function countedStates(rows: readonly Pick<RunRow, 'state'>[]): ReadonlyMap<RunState, number> {
  const counts = new Map<RunState, number>();
  for (const { state } of rows) counts.set(state, (counts.get(state) ?? 0) + 1);
  return counts;
}
