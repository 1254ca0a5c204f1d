import { isTerminal, UmbraError } from '@umbracore/contracts';
import type {
  AccountedEnd,
  AdoptedEnd,
  AccountedRun,
  Accounting,
  AuditFinding,
  ClaimRequest,
  ClaimResult,
  HistoryTrim,
  Instant,
  JobId,
  Lease,
  NewRun,
  NewStep,
  Outbox,
  RunChange,
  RunQuery,
  RunRecord,
  RunState,
  StateStore,
  StepRecord,
} from '@umbracore/contracts';
import { aRun } from '@umbracore/testkit';

interface Entry {
  run: RunRecord;
  lease: Lease | undefined;
  fence: number;
  readonly steps: StepRecord[];
}

/** The rules of the store in the fewest lines: what these tests need, and no more. Quick enough for years of runs. */
export class MemoryStore implements StateStore {
  readonly health = { mode: 'volatile', alarms: [] } as const;
  get outbox(): Outbox {
    throw new Error('Nobody is told anything here');
  }
  readonly entries = new Map<string, Entry>();
  readonly #cursors = new Map<JobId, Instant>();
  readonly #firstSeen = new Map<JobId, Instant>();
  readonly #slots = new Map<string, Entry>();
  readonly #ofJob = new Map<JobId, Set<Entry>>();
  /** Entries that had not ended when somebody looked last. */
  readonly #open = new Set<Entry>();
  #fence = 0;
  #newest = -Infinity;

  async enqueue(queued: NewRun) {
    return this.#enqueue(queued);
  }

  #enqueue(queued: NewRun) {
    const run = aRun({ ...queued, parent: queued.parent ?? null });
    const same = this.#slots.get(slotOf(run)) ?? this.entries.get(run.id);
    if (same !== undefined) return { run: same.run, created: false };
    const entry = { run, lease: undefined, fence: 0, steps: [] };
    this.entries.set(run.id, entry);
    if (run.slot !== null) this.#slots.set(slotOf(run), entry);
    this.#ofJob.set(run.job, (this.#ofJob.get(run.job) ?? new Set()).add(entry));
    this.#open.add(entry);
    this.#newest = Math.max(this.#newest, run.queuedAt);
    return { run, created: true };
  }

  async begin(queued: NewRun, request: ClaimRequest) {
    const { run, created } = this.#enqueue(queued);
    const claim = this.#claim(run.id, request);
    if (created && !claim.granted) this.#remove(this.#entry(run.id));
    return { run, created: created && claim.granted, claim };
  }

  /** Takes out what ended before, as if it had never been, and gives it. */
  forget(before: Instant): readonly RunRecord[] {
    const old = [...this.entries.values()].filter(({ run }) => (run.finishedAt ?? before) < before);
    for (const entry of old) this.#remove(entry);
    return old.map(({ run }) => run);
  }

  async trim({ before }: HistoryTrim) {
    return { removed: this.forget(before).map(({ id }) => id), next: undefined };
  }

  #remove(entry: Entry): void {
    const { id, job } = entry.run;
    this.entries.delete(id);
    this.#slots.delete(slotOf(entry.run));
    this.#ofJob.get(job)?.delete(entry);
    this.#open.delete(entry);
  }

  async run(id: string) {
    return this.entries.get(id)?.run;
  }

  async runs({ job, repository, parent, states, kinds, since, until, limit }: RunQuery) {
    if ((since ?? -Infinity) > this.#newest) return [];
    const all = job === undefined ? this.entries.values() : (this.#ofJob.get(job) ?? []);
    return [...all]
      .map(({ run }) => run)
      .filter(
        (run) =>
          (repository ?? run.repository) === run.repository &&
          (parent ?? run.parent) === run.parent &&
          (states?.includes(run.state) ?? true) &&
          (kinds?.includes(run.plan.job.kind) ?? true) &&
          (since ?? -Infinity) <= run.queuedAt &&
          (until ?? Infinity) > run.queuedAt,
      )
      .toReversed()
      .sort((one, other) => other.queuedAt - one.queuedAt)
      .slice(0, limit);
  }

  async latest(states: readonly RunState[]) {
    const newest = new Map<string, RunRecord>();
    for (const { run } of this.entries.values()) {
      if (!states.includes(run.state)) continue;
      const before = newest.get(placeOf(run));
      if (before === undefined || before.queuedAt <= run.queuedAt) newest.set(placeOf(run), run);
    }
    return [...newest.values()];
  }

  async open() {
    return this.#allOpen().map(({ run, lease }) => ({ run, lease }));
  }

  async cursors() {
    return new Map(this.#cursors);
  }

  async firstSeen() {
    return new Map(this.#firstSeen);
  }

  async account(accountings: readonly Accounting[]) {
    return accountings.map(({ job, from, until, runs }) => {
      if (this.#cursors.get(job) !== from) return undefined;
      this.#cursors.set(job, until);
      if (from === undefined) this.#firstSeen.set(job, until);
      return runs.map((run) => this.#record(run));
    });
  }

  async record(runs: readonly AccountedRun[]) {
    return runs.map((run) => this.#record(run));
  }

  #record({ end, ...queued }: AccountedRun): RunRecord {
    const { run, created } = this.#enqueue(queued);
    return created && end !== undefined ? this.#end(this.#entry(run.id), end, queued.queuedAt) : run;
  }

  async dismiss(id: string, end: AccountedEnd, at: Instant) {
    const entry = this.#entry(id);
    if ((entry.run.state !== 'queued' && entry.run.state !== 'retrying') || isLive(entry.lease, at)) return undefined;
    entry.lease = undefined;
    return this.#end(entry, end, at);
  }

  #end(entry: Entry, end: AccountedEnd | AdoptedEnd, finishedAt: Instant): RunRecord {
    const { outcome: state, ...change } = end;
    entry.run = { ...entry.run, finishedAt, ...change, state, retryAt: null, revision: entry.run.revision + 1 };
    return entry.run;
  }

  async claim(id: string, request: ClaimRequest): Promise<ClaimResult> {
    return this.#claim(id, request);
  }

  #claim(id: string, { owner, now, ttlMs, evict }: ClaimRequest): ClaimResult {
    const entry = this.#entry(id);
    if (isTerminal(entry.run.state)) return { granted: false, reason: 'ended', holder: undefined };
    if (isLive(entry.lease, now) && entry.lease.fence !== evict) {
      return { granted: false, reason: 'held', holder: entry.lease };
    }
    const place = placeOf(entry.run);
    const rival = this.#allOpen().find(
      (other) => other !== entry && placeOf(other.run) === place && isLive(other.lease, now),
    );
    if (rival !== undefined) return { granted: false, reason: 'busy', holder: rival.lease };
    entry.fence = this.#fence += 1;
    entry.lease = { run: id, owner, fence: entry.fence, until: now + ttlMs };
    return { granted: true, lease: entry.lease, run: entry.run };
  }

  async renew(lease: Lease, until: number) {
    const entry = this.#held(lease);
    entry.lease = { ...lease, until };
    return { lease: entry.lease, cancelRequested: entry.run.cancelRequestedAt !== null };
  }

  async update(lease: Lease, revision: number, change: RunChange, steps: readonly NewStep[] = []) {
    const entry = this.#held(lease);
    if (entry.run.revision !== revision) throw new UmbraError('state.stale-revision', 'The run was changed meanwhile');
    for (const step of steps) await this.recordStep(lease, step);
    entry.run = { ...entry.run, ...change, revision: revision + 1 };
    if (isTerminal(entry.run.state)) entry.lease = undefined;
    return entry.run;
  }

  async release(lease: Lease) {
    this.#held(lease).lease = undefined;
  }

  /** Unlike the real store this changes the revision, which a store may do: the harder case for the coordinator. */
  async requestCancel(id: string, at: number) {
    const entry = this.#entry(id);
    if (isTerminal(entry.run.state)) return false;
    entry.run = { ...entry.run, cancelRequestedAt: at, revision: entry.run.revision + 1 };
    return true;
  }

  async recordStep(lease: Lease, step: NewStep) {
    const { steps } = this.#held(lease);
    const detail = JSON.parse(JSON.stringify(step.detail)) as StepRecord['detail'];
    const record = { ...step, detail, run: lease.run, sequence: steps.length + 1 };
    steps.push(record);
    return record;
  }

  async steps(id: string) {
    return [...(this.entries.get(id)?.steps ?? [])];
  }

  async audit(): Promise<readonly AuditFinding[]> {
    return [];
  }

  async count(): Promise<never> {
    throw new UmbraError('internal', 'Nobody counts here');
  }

  async [Symbol.asyncDispose]() {}

  #allOpen(): readonly Entry[] {
    for (const entry of this.#open) if (isTerminal(entry.run.state)) this.#open.delete(entry);
    return [...this.#open];
  }

  #entry(id: string): Entry {
    const entry = this.entries.get(id);
    if (entry === undefined) throw new UmbraError('usage.unknown-run', `There is no run ${id}`);
    return entry;
  }

  #held(lease: Lease): Entry {
    const entry = this.#entry(lease.run);
    if (entry.lease?.fence !== lease.fence) throw new UmbraError('state.lease-lost', `Run ${lease.run} was taken over`);
    return entry;
  }
}

const isLive = (lease: Lease | undefined, now: Instant): lease is Lease => lease !== undefined && lease.until > now;

const placeOf = ({ job, repository }: RunRecord): string => `${job}\n${repository}`;

const slotOf = (run: RunRecord): string => `${placeOf(run)}\n${run.slot}`;
