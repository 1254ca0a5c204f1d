import type {
  AuditFinding,
  Instant,
  JobId,
  RepositoryName,
  RunId,
  RunQuery,
  RunState,
  StepRecord,
} from '@umbracore/contracts';
import type { OutboxReading, OutboxRows } from './outbox-rows.ts';
import type { RunRow } from './run-row.ts';
import type { ChainEnd, Gap } from './seal.ts';

/** The key under which one slot of a job is unique. */
export interface SlotKey {
  readonly job: JobId;
  readonly repository: RepositoryName;
  readonly slot: string;
}

/** By which runs are in order; the id decides where two were queued at once. */
export type Age = Pick<RunRow, 'queued_at' | 'id'>;

/** What can be done inside one atomic change. */
export interface LedgerEntry {
  readonly outbox: OutboxRows;
  run(id: RunId): Promise<RunRow | undefined>;
  runOfSlot(key: SlotKey): Promise<RunRow | undefined>;
  /** The other runs of the same job and repository that have an owner. */
  rivals(row: RunRow): Promise<readonly RunRow[]>;
  /** False if its id or its slot is taken; nothing is changed then. */
  add(row: RunRow): Promise<boolean>;
  change(id: RunId, columns: Partial<RunRow>): Promise<void>;
  /** One more than ever before. */
  nextFence(): Promise<number>;
  chainEnd(): Promise<ChainEnd>;
  setChainEnd(end: ChainEnd): Promise<void>;
  /** False if the cursor of the job is not at `from`, where undefined means that it has none; nothing is changed then. */
  moveCursor(job: JobId, from: Instant | undefined, until: Instant): Promise<boolean>;
  /** Gives the step its number within the run. */
  addStep(step: Omit<StepRecord, 'sequence'>): Promise<StepRecord>;
  endedCount(): Promise<number>;
  /** Oldest first. */
  oldestEnded(after: Age | undefined, limit: number): Promise<readonly RunRow[]>;
  /** How many runs of the same job and repository are newer, of these states or of any; counts up to `limit`. */
  countNewer(row: RunRow, states: readonly RunState[] | undefined, limit: number): Promise<number>;
  /** With their steps. */
  remove(ids: readonly RunId[]): Promise<void>;
  /** The gap that ends right before this place of the chain, and the one that begins right behind. */
  gapsBeside(gap: Gap): Promise<readonly Gap[]>;
  /** In the place of these. */
  putGap(gap: Gap, insteadOf: readonly Gap[]): Promise<void>;
}

/** The run that has the slot of this row, or else its id. */
export async function existing(entry: LedgerEntry, { id, job, repository, slot }: RunRow): Promise<RunRow | undefined> {
  const same = slot === null ? undefined : await entry.runOfSlot({ job, repository, slot });
  return same ?? entry.run(id);
}

/**
 * Where rows are kept: in SQLite or in memory. It knows nothing of the rules; those are in the journal, once.
 * Reads see what was committed before them.
 */
export interface Ledger {
  readonly outbox: OutboxReading;
  /** All or nothing, one at a time among all processes, on disk when it resolves. */
  write<T>(work: (entry: LedgerEntry) => Promise<T>): Promise<T>;
  run(id: RunId): Promise<RunRow | undefined>;
  runs(query: RunQuery): Promise<readonly RunRow[]>;
  latest(states: readonly RunState[]): Promise<readonly RunRow[]>;
  open(): Promise<readonly RunRow[]>;
  steps(run: RunId): Promise<readonly StepRecord[]>;
  cursors(): Promise<ReadonlyMap<JobId, Instant>>;
  /** Where each cursor began, as far as it is known. */
  firstSeen(): Promise<ReadonlyMap<JobId, Instant>>;
  count(query: RunQuery): Promise<ReadonlyMap<RunState, number>>;
  /** Runs the check with one unchanging view of all ended rows, in the order of their seals. */
  audit(
    check: (rows: AsyncIterable<RunRow>, gaps: readonly Gap[], noted: ChainEnd) => Promise<readonly AuditFinding[]>,
  ): Promise<readonly AuditFinding[]>;
  close(): Promise<void>;
}
