import type { AfterEdge, Instant, JobDefinition, JobId } from '@umbracore/contracts';
import { conditionHolds } from '../chain/walk.ts';
import type { AccountedSlot } from '../dispatch/account-slots.ts';
import type { SimulatedRun } from './simulated-run.ts';
import type { SimulationInput } from './simulate.ts';

/** What is known of a slot that follows from the end of a run. */
export interface EdgeDetails {
  /** When it could start if nothing that runs share were ever taken. */
  readonly earliestAt: Instant;
  /** Too late after this. */
  readonly lapsesAt: Instant | undefined;
}

/** What makes jobs due beside their schedules: the ends of other jobs, and `atLeastEvery`. */
export class Edges {
  readonly #input: SimulationInput;
  readonly #downstream = new Map<JobId, { readonly job: JobDefinition; readonly edge: AfterEdge }[]>();
  readonly #due = new Map<JobId, AccountedSlot[]>();
  readonly #details = new Map<string, EdgeDetails>();
  /** When a run of each job and repository with `atLeastEvery` has to begin; absent while one is on its way. */
  readonly #deadlines = new Map<string, Instant>();

  constructor(input: SimulationInput) {
    this.#input = input;
    for (const job of input.jobs.values()) {
      if (!job.enabled) continue;
      for (const edge of job.after ?? []) {
        this.#downstream.set(edge.job, [...(this.#downstream.get(edge.job) ?? []), { job, edge }]);
      }
      for (const repository of repositoriesOf(job))
        this.#expect(job, repository, input.lastGoodAt?.(job.id, repository));
    }
  }

  /** A run begins, or will never: in both cases the next one is a whole stretch away. */
  begun({ job, repository, startedAt, slotAt }: SimulatedRun): void {
    const definition = this.#input.jobs.get(job);
    if (definition !== undefined) this.#expect(definition, repository, startedAt ?? slotAt);
  }

  ended(run: SimulatedRun): void {
    const { outcome, finishedAt, startedAt } = run;
    if (startedAt === null) this.begun(run);
    if (outcome === null) return;
    const at = finishedAt ?? run.slotAt;
    for (const { job, edge } of this.#downstream.get(run.job) ?? []) {
      // What a run would change is not known: it counts as having changed something.
      if (!conditionHolds(edge.on, { state: outcome, changed: true })) continue;
      const slot: AccountedSlot = { key: `after/${run.id}`, at, trigger: 'chain', end: undefined };
      this.#due.set(job.id, [...(this.#due.get(job.id) ?? []), slot]);
      this.#details.set(slotOf(job.id, slot.key), {
        earliestAt: run.earliestAt + at - (startedAt ?? at),
        lapsesAt: edge.withinMs === undefined ? undefined : at + edge.withinMs,
      });
    }
  }

  detailsOf(job: JobId, key: string): EdgeDetails | undefined {
    return this.#details.get(slotOf(job, key));
  }

  /** What became due of this job, once. */
  take(job: JobDefinition, now: Instant): readonly AccountedSlot[] {
    const due = this.#due.get(job.id) ?? [];
    this.#due.delete(job.id);
    if (job.atLeastEveryMs === undefined) return due;
    return [...due, ...repositoriesOf(job).flatMap((repository) => this.#overdue(job, repository, now))];
  }

  nextAfter(now: Instant): Instant {
    let next = Infinity;
    for (const at of this.#deadlines.values()) if (at > now) next = Math.min(next, at);
    return next;
  }

  #overdue(job: JobDefinition, repository: string, now: Instant): readonly AccountedSlot[] {
    const key = pairOf(job.id, repository);
    const at = this.#deadlines.get(key);
    if (at === undefined || at > now) return [];
    this.#deadlines.delete(key);
    return [{ key: `at-least/${new Date(at).toISOString()}`, at, trigger: 'schedule', repository, end: undefined }];
  }

  #expect({ id, atLeastEveryMs }: JobDefinition, repository: string, lastGoodAt: Instant | undefined): void {
    if (atLeastEveryMs === undefined) return;
    const at = lastGoodAt === undefined ? this.#input.from : lastGoodAt + atLeastEveryMs;
    this.#deadlines.set(pairOf(id, repository), Math.max(this.#input.from, at));
  }
}

const slotOf = (job: JobId, key: string): string => `${job}\n${key}`;
const pairOf = (job: JobId, repository: string): string => `${job}\n${repository}`;
const repositoriesOf = ({ repositories }: JobDefinition): readonly string[] =>
  repositories.length === 0 ? [''] : repositories;
