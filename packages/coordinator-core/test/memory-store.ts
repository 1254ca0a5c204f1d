import { isTerminal, UmbraError } from '@umbracore/contracts';
import type {
  Accounting,
  AuditFinding,
  ClaimRequest,
  ClaimResult,
  Instant,
  JobId,
  Lease,
  NewRun,
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

/** The rules of the store in the fewest lines: what these tests need, and no more. */
export class MemoryStore implements StateStore {
  readonly health = { mode: 'volatile', alarms: [] } as const;
  readonly entries = new Map<string, Entry>();
  readonly #cursors = new Map<JobId, Instant>();
  #fence = 0;

  async enqueue(queued: NewRun) {
    return this.#enqueue(queued);
  }

  #enqueue(queued: NewRun) {
    const { plan } = queued;
    const same = this.#all().find(
      ({ run }) =>
        run.slot !== null &&
        run.slot === queued.slot &&
        run.job === plan.job.id &&
        run.repository === (plan.repository?.name ?? ''),
    );
    if (same !== undefined) return { run: same.run, created: false };
    const run = aRun({ ...queued, parent: queued.parent ?? null });
    this.entries.set(run.id, { run, lease: undefined, fence: 0, steps: [] });
    return { run, created: true };
  }

  async begin(queued: NewRun, request: ClaimRequest) {
    const { run, created } = this.#enqueue(queued);
    const claim = this.#claim(run.id, request);
    if (created && !claim.granted) this.entries.delete(run.id);
    return { run, created: created && claim.granted, claim };
  }

  async run(id: string) {
    return this.entries.get(id)?.run;
  }

  async runs({ job, repository, parent, states, since, limit }: RunQuery) {
    return this.#all()
      .map(({ run }) => run)
      .filter(
        (run) =>
          (job ?? run.job) === run.job &&
          (repository ?? run.repository) === run.repository &&
          (parent ?? run.parent) === run.parent &&
          (states?.includes(run.state) ?? true) &&
          (since ?? 0) <= run.queuedAt,
      )
      .toReversed()
      .slice(0, limit);
  }

  async latest(states: readonly RunState[]) {
    return this.runs({ states });
  }

  async open() {
    return this.#all()
      .filter(({ run }) => !isTerminal(run.state))
      .map(({ run, lease }) => ({ run, lease }));
  }

  async cursors() {
    return new Map(this.#cursors);
  }

  async account(accountings: readonly Accounting[]) {
    return accountings.map(({ job, from, until, runs }) => {
      if (this.#cursors.get(job) !== from) return undefined;
      this.#cursors.set(job, until);
      return runs.map(({ end, ...queued }) => {
        const { run, created } = this.#enqueue(queued);
        if (!created || end === undefined) return run;
        const entry = this.#entry(run.id);
        entry.run = { ...run, state: end.outcome, because: end.because, finishedAt: queued.queuedAt };
        return entry.run;
      });
    });
  }

  async claim(id: string, request: ClaimRequest): Promise<ClaimResult> {
    return this.#claim(id, request);
  }

  #claim(id: string, { owner, now, ttlMs, evict }: ClaimRequest): ClaimResult {
    const entry = this.#entry(id);
    if (isTerminal(entry.run.state)) return { granted: false, reason: 'ended', holder: undefined };
    const live = (lease: Lease | undefined): lease is Lease => lease !== undefined && lease.until > now;
    if (live(entry.lease) && entry.lease.fence !== evict) {
      return { granted: false, reason: 'held', holder: entry.lease };
    }
    const rival = this.#all().find(
      (other) =>
        other !== entry &&
        other.run.job === entry.run.job &&
        other.run.repository === entry.run.repository &&
        live(other.lease),
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

  async update(lease: Lease, revision: number, change: RunChange) {
    const entry = this.#held(lease);
    if (entry.run.revision !== revision) throw new UmbraError('state.stale-revision', 'The run was changed meanwhile');
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

  async recordStep(lease: Lease, step: Omit<StepRecord, 'run' | 'sequence'>) {
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

  #all(): Entry[] {
    return [...this.entries.values()];
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
