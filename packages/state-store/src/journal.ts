import {
  isTerminal,
  runOutcomes,
  UmbraError,
  type AccountedEnd,
  type AccountedRun,
  type Accounting,
  type ClaimRequest,
  type ClaimResult,
  type HistoryTrim,
  type Instant,
  type JobId,
  type Lease,
  type NewRun,
  type NewStep,
  type Outbox,
  type RunChange,
  type RunId,
  type RunOutcome,
  type RunQuery,
  type RunRecord,
  type RunState,
  type StateStore,
  type StepRecord,
  type StoreHealth,
  type TrimmedHistory,
} from '@umbracore/contracts';
import { accountIn, preparedAccounting, preparedRuns, recordIn } from './accounting.ts';
import type { Alarms } from './alarms.ts';
import { canonicalJson } from './canonical-json.ts';
import { outboxOver } from './outbox.ts';
import { existing, type Ledger, type LedgerEntry } from './ledger.ts';
import { assertHeld, isHeldAt, leaseOf, refusalOf, type ClaimRefusal } from './lease.ts';
import { refuseQuery } from './refuse-query.ts';
import { changedRecord, columnsOf, newRow, recordOf, type RunRow } from './run-row.ts';
import { auditChain, damageOf, sealBehind } from './seal.ts';
import { trimIn } from './trim.ts';

interface JournalOptions {
  readonly ledger: Ledger;
  readonly alarms: Alarms;
  readonly mode: StoreHealth['mode'];
}

const unowned = { owner: null, lease_until: null };

/** The rules of the store, over whatever keeps the rows. */
export class Journal implements StateStore {
  readonly outbox: Outbox;
  readonly #ledger: Ledger;
  readonly #alarms: Alarms;
  readonly #mode: StoreHealth['mode'];
  #closed: Promise<void> | undefined;

  constructor({ ledger, alarms, mode }: JournalOptions) {
    this.#ledger = ledger;
    this.#alarms = alarms;
    this.#mode = mode;
    this.outbox = outboxOver(ledger);
  }

  get health(): StoreHealth {
    return { mode: this.#mode, alarms: this.#alarms.list() };
  }

  enqueue(run: NewRun): Promise<{ readonly run: RunRecord; readonly created: boolean }> {
    const row = newRow(run);
    return this.#ledger.write(async (entry) => {
      const first = await existing(entry, row);
      if (first === undefined) await entry.add(row);
      return { run: this.#require(first ?? row), created: first === undefined };
    });
  }

  begin(
    run: NewRun,
    request: ClaimRequest,
  ): Promise<{ readonly run: RunRecord; readonly created: boolean; readonly claim: ClaimResult }> {
    const row = newRow(run);
    return this.#ledger.write(async (entry) => {
      const first = await existing(entry, row);
      const refusal = refusalOf(first ?? row, await entry.rivals(row), request);
      const created = first === undefined && refusal === undefined;
      if (created) await entry.add(row);
      const claim = refusal === undefined ? await this.#grant(entry, first ?? row, request) : refused(refusal);
      return { run: this.#require(first ?? row), created, claim };
    });
  }

  async run(id: RunId): Promise<RunRecord | undefined> {
    const row = await this.#ledger.run(id);
    return row === undefined ? undefined : this.#read(row);
  }

  async runs(query: RunQuery): Promise<readonly RunRecord[]> {
    refuseQuery(query);
    return this.#readAll(await this.#ledger.runs(query));
  }

  async latest(states: readonly RunState[]): Promise<readonly RunRecord[]> {
    return this.#readAll(await this.#ledger.latest(states));
  }

  async open(): Promise<readonly { readonly run: RunRecord; readonly lease: Lease | undefined }[]> {
    const rows = await this.#ledger.open();
    return rows.flatMap((row) => {
      const run = this.#read(row);
      return run === undefined || isTerminal(run.state) ? [] : [{ run, lease: leaseOf(row) }];
    });
  }

  cursors(): Promise<ReadonlyMap<JobId, Instant>> {
    return this.#ledger.cursors();
  }

  firstSeen(): Promise<ReadonlyMap<JobId, Instant>> {
    return this.#ledger.firstSeen();
  }

  async account(accountings: readonly Accounting[]): Promise<readonly (readonly RunRecord[] | undefined)[]> {
    const wanted = accountings.map(preparedAccounting);
    const answers = await this.#ledger.write((entry) => accountIn(entry, wanted));
    // A slot whose record cannot be read any more is taken, and must not keep the other jobs from being accounted for.
    return answers.map((rows) => rows && this.#readAll(rows));
  }

  async record(runs: readonly AccountedRun[]): Promise<readonly RunRecord[]> {
    const rows = preparedRuns(runs);
    const answers = await this.#ledger.write((entry) => recordIn(entry, rows));
    return answers.map((row) => this.#require(row));
  }

  dismiss(id: RunId, { outcome, because }: AccountedEnd, at: Instant): Promise<RunRecord | undefined> {
    return this.#ledger.write(async (entry) => {
      const row = await known(entry, id);
      if ((row.state !== 'queued' && row.state !== 'retrying') || isHeldAt(row, at)) return undefined;
      const record = changedRecord(row, this.#require(row), {
        state: outcome,
        because,
        finishedAt: at,
        retryAt: null,
      });
      const ended = { ...row, ...columnsOf(record) };
      await this.#seal(entry, ended);
      return this.#require(ended);
    });
  }

  claim(id: RunId, request: ClaimRequest): Promise<ClaimResult> {
    return this.#ledger.write(async (entry): Promise<ClaimResult> => {
      const row = await known(entry, id);
      const refusal = refusalOf(row, await entry.rivals(row), request);
      return refusal === undefined ? this.#grant(entry, row, request) : refused(refusal);
    });
  }

  async #grant(entry: LedgerEntry, row: RunRow, { owner, now, ttlMs }: ClaimRequest): Promise<ClaimResult> {
    const run = this.#require(row);
    const lease: Lease = { run: row.id, owner, fence: await entry.nextFence(), until: now + ttlMs };
    await entry.change(row.id, { owner: canonicalJson(owner), fence: lease.fence, lease_until: lease.until });
    return { granted: true, lease, run };
  }

  renew(lease: Lease, until: Instant): Promise<{ readonly lease: Lease; readonly cancelRequested: boolean }> {
    return this.#ledger.write(async (entry) => {
      const row = await held(entry, lease);
      await entry.change(row.id, { lease_until: until });
      return { lease: { ...lease, until }, cancelRequested: row.cancel_requested_at !== null };
    });
  }

  update(lease: Lease, revision: number, change: RunChange, steps: readonly NewStep[] = []): Promise<RunRecord> {
    return this.#ledger.write(async (entry) => {
      const row = await held(entry, lease);
      if (row.revision !== revision) throw staleRevision(row, revision);
      for (const step of steps) await entry.addStep({ ...step, run: row.id });
      const record = changedRecord(row, this.#require(row), change);
      const columns = columnsOf(record);
      if (!isTerminal(record.state)) await entry.change(row.id, columns);
      else await this.#seal(entry, { ...row, ...columns });
      return this.#require({ ...row, ...columns });
    });
  }

  async #seal(entry: LedgerEntry, row: RunRow): Promise<void> {
    const seal = sealBehind(await entry.chainEnd(), row.record);
    await entry.change(row.id, { ...row, ...unowned, ...seal });
    await entry.setChainEnd(seal);
  }

  release(lease: Lease): Promise<void> {
    return this.#ledger.write(async (entry) => {
      const row = await held(entry, lease);
      await entry.change(row.id, unowned);
    });
  }

  requestCancel(id: RunId, at: Instant): Promise<boolean> {
    return this.#ledger.write(async (entry) => {
      const row = await known(entry, id);
      if (isTerminal(row.state)) return false;
      if (row.cancel_requested_at === null) await entry.change(id, { cancel_requested_at: at });
      return true;
    });
  }

  recordStep(lease: Lease, step: NewStep): Promise<StepRecord> {
    return this.#ledger.write(async (entry) => {
      const row = await held(entry, lease);
      return entry.addStep({ ...step, run: row.id });
    });
  }

  steps(run: RunId): Promise<readonly StepRecord[]> {
    return this.#ledger.steps(run);
  }

  trim(trim: HistoryTrim): Promise<TrimmedHistory> {
    return this.#ledger.write((entry) => trimIn(entry, trim));
  }

  async audit() {
    const findings = await this.#ledger.audit(auditChain);
    for (const { run, message } of findings) this.#alarms.damagedRun(run, message);
    return findings;
  }

  async count(query: RunQuery): Promise<Readonly<Record<RunOutcome, number>>> {
    refuseQuery(query);
    const counts = await this.#ledger.count(query);
    const entries = runOutcomes.map((outcome) => [outcome, counts.get(outcome) ?? 0] as const);
    return Object.fromEntries(entries) as Record<RunOutcome, number>;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closed ??= this.#ledger.close();
    return this.#closed;
  }

  #readAll(rows: readonly RunRow[]): readonly RunRecord[] {
    return rows.flatMap((row) => this.#read(row) ?? []);
  }

  /** The record as far as it can be read; what is wrong with it becomes an alarm. */
  #read(row: RunRow): RunRecord | undefined {
    const record = recordOf(row);
    const problem = record === undefined ? 'its record is not readable' : damageOf(row, record);
    if (problem !== undefined) this.#alarms.damagedRun(row.id, problem);
    return record;
  }

  /** The record that a change starts from or leads to. */
  #require(row: RunRow): RunRecord {
    const record = recordOf(row);
    if (record !== undefined) return record;
    throw new UmbraError('state.damaged', `The record of run ${row.id} cannot be read.`, {
      hint: 'Run `umbra doctor` to see every damaged record.',
      context: { run: row.id },
    });
  }
}

const refused = (refusal: ClaimRefusal): ClaimResult => ({ granted: false, ...refusal });

async function known(entry: LedgerEntry, id: RunId): Promise<RunRow> {
  const row = await entry.run(id);
  if (row !== undefined) return row;
  throw new UmbraError('usage.unknown-run', `There is no run ${id}.`, {
    hint: 'List the runs with `umbra history`.',
    context: { run: id },
  });
}

/** The row behind a lease that is in force. */
async function held(entry: LedgerEntry, lease: Lease): Promise<RunRow> {
  const row = await known(entry, lease.run);
  assertHeld(row, await entry.rivals(row), lease);
  return row;
}

const staleRevision = (row: RunRow, revision: number): UmbraError =>
  new UmbraError('state.stale-revision', `Run ${row.id} was changed meanwhile.`, {
    hint: 'Read the run again and repeat the change.',
    context: { run: row.id, revision, current: row.revision },
  });
