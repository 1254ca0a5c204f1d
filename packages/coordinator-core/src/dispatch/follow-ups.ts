import type {
  EdgeCondition,
  Instant,
  JobDefinition,
  JobId,
  RepositoryName,
  RunOutcome,
  StateStore,
} from '@umbracore/contracts';
import type { Registry } from '../registry.ts';
import type { AccountedSlot } from './account-slots.ts';
import { afterSlots, owedSince, type Seen } from './after-edges.ts';
import { atLeastDueAt, atLeastSlot, runsForAtLeast } from './at-least.ts';

/** So many of the newest runs of a job are looked through. */
const asked = 50;

/** Asked for apart: any number of slots may be passed over while one run works, and must not hide its end. */
const begun: readonly RunOutcome[] = ['succeeded', 'warning', 'failed', 'cancelled'];
const passedOver: readonly RunOutcome[] = ['skipped', 'missed'];

/** What makes a job due beside its schedules. All of it is found in the store, so that a crash loses nothing. */
export class FollowUps {
  readonly #store: StateStore;
  readonly #registry: Registry;
  /** When jobs that want a good run every so often are due for one. */
  readonly #dueAt = new Map<JobId, Instant>();
  /** Jobs of which something may have changed. */
  readonly #changed = new Set<JobId>();
  /** Whom the end of a job concerns. */
  readonly #concerned = new Map<JobId, Set<JobId>>();

  constructor(store: StateStore, registry: Registry) {
    this.#store = store;
    this.#registry = registry;
  }

  hasAny(): boolean {
    return this.#concerned.size > 0;
  }

  /** Everything is looked at anew the next time: the jobs may be others. */
  lookAtAll(): void {
    this.#dueAt.clear();
    this.#concerned.clear();
    for (const job of this.#registry.jobs()) {
      if (!hasAny(job)) continue;
      this.#changed.add(job.id);
      const causes = [
        ...(job.after ?? []).map((edge) => edge.job),
        ...(job.atLeastEveryMs === undefined ? [] : [job.id]),
      ];
      for (const cause of causes)
        this.#concerned.set(cause, (this.#concerned.get(cause) ?? new Set<JobId>()).add(job.id));
    }
  }

  /** A run of this job has ended. */
  noteEnd(ended: JobId): void {
    for (const job of this.#concerned.get(ended) ?? []) this.#changed.add(job);
  }

  /** When the first job is due; undefined if none is known to be. */
  nextAt(now: Instant): Instant | undefined {
    if (this.#changed.size > 0) return now;
    const first = Math.min(...this.#dueAt.values());
    return first === Infinity ? undefined : first;
  }

  /** Jobs that may be due. They are looked at again after an end, when `nextAt` has come, and when everything is. */
  take(now: Instant): readonly JobId[] {
    const due = [...this.#dueAt].filter(([, at]) => at <= now).map(([job]) => job);
    const jobs = new Set([...this.#changed, ...due]);
    this.#changed.clear();
    for (const job of due) this.#dueAt.delete(job);
    return [...jobs];
  }

  /** After what was taken could not be recorded. */
  putBack(jobs: Iterable<JobId>): void {
    for (const id of jobs) {
      const job = this.#registry.find(id);
      if (job !== undefined && hasAny(job)) this.#changed.add(id);
    }
  }

  /** What is due of a job beside its schedules. */
  async slotsOf(job: JobDefinition, { cursor, firstSeen }: Seen, now: Instant): Promise<readonly AccountedSlot[]> {
    if (!job.enabled) return [];
    if (cursor === undefined) {
      // Its cursor begins now; what is due from now on is looked for next time.
      this.putBack([job.id]);
      return [];
    }
    return [
      ...(await slotsAfterEnds(this.#store, job, { cursor, firstSeen }, now)),
      ...(await this.#atLeast(job, now)),
    ];
  }

  async #atLeast(job: JobDefinition, now: Instant): Promise<readonly AccountedSlot[]> {
    const { id, atLeastEveryMs } = job;
    if (atLeastEveryMs === undefined) return [];
    const due = new Map<RepositoryName, Instant>();
    for (const repository of job.repositories.length === 0 ? [''] : job.repositories) {
      const at = atLeastDueAt(atLeastEveryMs, await runsForAtLeast(this.#store, id, repository), now);
      if (at !== undefined) due.set(repository, at);
    }
    const later = [...due.values()].filter((at) => at > now);
    if (later.length > 0) this.#dueAt.set(id, Math.min(...later));
    return [...due].filter(([, at]) => at <= now).map(([repository, at]) => atLeastSlot(at, repository));
  }
}

/** What is due of a job because of ends that were not accounted for; some of it may have its runs. */
async function slotsAfterEnds(
  store: StateStore,
  job: JobDefinition,
  seen: Seen,
  now: Instant,
): Promise<readonly AccountedSlot[]> {
  const runs = await Promise.all(
    questions(job).map(({ before, states }) => store.runs({ job: before, states, limit: asked })),
  );
  return afterSlots(job, runs.flat(), owedSince(seen, now), now);
}

/** The first end after which the job is due and has no run yet; undefined for a job that nobody has accounted for. */
export async function followedEnd(
  store: StateStore,
  job: JobDefinition,
  repository: RepositoryName,
  now: Instant,
): Promise<Instant | undefined> {
  if (!job.enabled || (job.after ?? []).length === 0) return undefined;
  const cursor = (await store.cursors()).get(job.id);
  if (cursor === undefined) return undefined;
  const owed = await slotsAfterEnds(store, job, { cursor, firstSeen: (await store.firstSeen()).get(job.id) }, now);
  const recorded = new Set((await store.runs({ job: job.id, repository, limit: asked })).map(({ slot }) => slot));
  const ends = owed.filter(({ key, end }) => end === undefined && !recorded.has(key)).map(({ at }) => at);
  return ends.length === 0 ? undefined : Math.min(...ends);
}

interface EndsQuestion {
  readonly before: JobId;
  readonly states: readonly RunOutcome[];
}

function questions({ after = [] }: JobDefinition): readonly EndsQuestion[] {
  return [...new Set(after.map((edge) => edge.job))].flatMap((before) => {
    const countsPassedOver = after.some(({ job, on }) => job === before && wantsPassedOver.includes(on));
    return (countsPassedOver ? [begun, passedOver] : [begun]).map((states) => ({ before, states }));
  });
}

const wantsPassedOver: readonly EdgeCondition[] = ['skipped', 'always'];

const hasAny = ({ after = [], atLeastEveryMs }: JobDefinition): boolean =>
  after.length > 0 || atLeastEveryMs !== undefined;
