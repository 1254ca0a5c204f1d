import type { AuditFinding, JobId, RepositoryName, RunId, RunQuery, RunState, StepRecord } from '@umbracore/contracts';
import type { RunRow } from './run-row.ts';
import type { ChainEnd } from './seal.ts';

/** The key under which one slot of a job is unique. */
export interface SlotKey {
  readonly job: JobId;
  readonly repository: RepositoryName;
  readonly slot: string;
}

/** What can be done inside one atomic change. */
export interface LedgerEntry {
  run(id: RunId): Promise<RunRow | undefined>;
  runOfSlot(key: SlotKey): Promise<RunRow | undefined>;
  /** The other runs of the same job and repository that have an owner. */
  rivals(row: RunRow): Promise<readonly RunRow[]>;
  add(row: RunRow): Promise<void>;
  change(id: RunId, columns: Partial<RunRow>): Promise<void>;
  /** One more than ever before. */
  nextFence(): Promise<number>;
  chainEnd(): Promise<ChainEnd>;
  setChainEnd(end: ChainEnd): Promise<void>;
  /** Gives the step its number within the run. */
  addStep(step: Omit<StepRecord, 'sequence'>): Promise<StepRecord>;
}

/**
 * Where rows are kept: in SQLite or in memory. It knows nothing of the rules; those are in the journal, once.
 * Reads see what was committed before them.
 */
export interface Ledger {
  /** All or nothing, one at a time among all processes, on disk when it resolves. */
  write<T>(work: (entry: LedgerEntry) => Promise<T>): Promise<T>;
  run(id: RunId): Promise<RunRow | undefined>;
  runs(query: RunQuery): Promise<readonly RunRow[]>;
  latest(states: readonly RunState[]): Promise<readonly RunRow[]>;
  open(): Promise<readonly RunRow[]>;
  steps(run: RunId): Promise<readonly StepRecord[]>;
  count(query: RunQuery): Promise<ReadonlyMap<RunState, number>>;
  /** Runs the check with one unchanging view of all ended rows, in the order of their seals. */
  audit(
    check: (rows: AsyncIterable<RunRow>, noted: ChainEnd) => Promise<readonly AuditFinding[]>,
  ): Promise<readonly AuditFinding[]>;
  close(): Promise<void>;
}
