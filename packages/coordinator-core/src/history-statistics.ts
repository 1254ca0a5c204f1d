import { isTerminal, runOutcomes } from '@umbracore/contracts';
import type {
  DurationMs,
  HistoryStatistics,
  Instant,
  JobId,
  RunOutcome,
  RunQuery,
  RunRecord,
  RunStatistics,
  StateStore,
} from '@umbracore/contracts';

/** So many records are in memory at a time. */
const pageSize = 1000;

/** All runs that a query finds, newest first, read page by page: a history may be longer than memory. */
export async function* runsIn(store: Pick<StateStore, 'runs'>, query: RunQuery): AsyncGenerator<RunRecord> {
  let left = query.limit ?? Infinity;
  let { after } = query;
  while (left > 0) {
    const limit = Math.min(left, pageSize);
    const page = await store.runs({ ...query, after, limit });
    yield* page;
    if (page.length < limit) return;
    left -= page.length;
    after = page.at(-1);
  }
}

/** What the runs come to that a query finds. Open runs, dry ones and adopted ones do not count. */
export async function statisticsOf(runs: AsyncIterable<RunRecord> | Iterable<RunRecord>): Promise<HistoryStatistics> {
  const total = new Tally();
  const jobs = new Map<JobId, Tally>();
  for await (const run of runs) {
    if (run.plan.options.dryRun === true || run.trigger === 'adopted') continue;
    const tally = jobs.get(run.job) ?? new Tally();
    jobs.set(run.job, tally);
    tally.add(run);
    total.add(run);
  }
  const named = [...jobs].filter(([, { runs: count }]) => count > 0).sort(([one], [other]) => (one < other ? -1 : 1));
  return { jobs: named.map(([job, tally]) => ({ job, ...tally.result() })), total: total.result() };
}

/** Keeps numbers only, of however many runs. */
class Tally {
  runs = 0;
  readonly #outcomes = Object.fromEntries(runOutcomes.map((outcome) => [outcome, 0])) as Record<RunOutcome, number>;
  readonly #lengths: DurationMs[] = [];
  #bytesAdded = 0;
  #first: Instant | undefined;
  #last: Instant | undefined;

  add({ state, startedAt, finishedAt, stats, queuedAt, because }: RunRecord): void {
    if (!isTerminal(state)) return;
    // A record of missed slots may stand for many.
    const count = 1 + (because?.alsoStandsFor?.count ?? 0);
    this.runs += count;
    this.#outcomes[state] += count;
    this.#bytesAdded += stats?.bytesAdded ?? 0;
    this.#first = Math.min(this.#first ?? Infinity, queuedAt);
    this.#last = Math.max(this.#last ?? -Infinity, queuedAt);
    const isGood = state === 'succeeded' || state === 'warning';
    if (isGood && startedAt !== null && finishedAt !== null && finishedAt >= startedAt) {
      this.#lengths.push(finishedAt - startedAt);
    }
  }

  result(): RunStatistics {
    const { succeeded, warning, failed } = this.#outcomes;
    const ended = succeeded + warning + failed;
    const lengths = this.#lengths.toSorted((one, other) => one - other);
    return {
      runs: this.runs,
      outcomes: { ...this.#outcomes },
      successRate: ended === 0 ? undefined : succeeded / ended,
      medianMs: percentile(lengths, 0.5),
      p95Ms: percentile(lengths, 0.95),
      bytesAdded: this.#bytesAdded,
      first: this.#first,
      last: this.#last,
    };
  }
}

/** The smallest one that so large a share is no greater than: one that was really there, and nothing in between. */
const percentile = (sorted: readonly number[], share: number): number | undefined =>
  sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
