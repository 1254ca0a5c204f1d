import type { AfterEdge, Instant, JobDefinition, JobId } from '@umbracore/contracts';
import { conditionHolds } from '../chain/walk.ts';
import type { AccountedSlot } from '../dispatch/account-slots.ts';
import { atLeastSlot, isAtLeast } from '../dispatch/at-least.ts';
import { placeOf } from '../dispatch/superseding.ts';
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
  /** From when `atLeastEvery` counts: the end of the last good run, or the last try for this reason. */
  readonly #anchors = new Map<string, Instant>();
  /** When a run of each place with `atLeastEvery` is due; absent while one is still to end. */
  readonly #deadlines = new Map<string, Instant>();

  constructor(input: SimulationInput) {
    this.#input = input;
    for (const job of input.jobs.values()) {
      if (!job.enabled) continue;
      for (const edge of job.after ?? []) {
        const known = this.#downstream.get(edge.job) ?? [];
        this.#downstream.set(edge.job, known);
        known.push({ job, edge });
      }
      for (const repository of repositoriesOf(job)) this.#beginCounting(job, repository);
    }
  }

  /** A run is due, and will end some time. */
  queued(run: SimulatedRun): void {
    this.#deadlines.delete(placeOf(run));
  }

  ended(run: SimulatedRun, key: string): void {
    const job = this.#input.jobs.get(run.job);
    if (job?.atLeastEveryMs !== undefined) this.#countFrom(job.atLeastEveryMs, run, key);
    const { outcome, startedAt } = run;
    if (outcome === null) return;
    const at = run.finishedAt ?? run.slotAt;
    for (const next of this.#downstream.get(run.job) ?? []) {
      // What a run would change is not known: it counts as having changed something.
      if (!conditionHolds(next.edge.on, { state: outcome, changed: true })) continue;
      const slot: AccountedSlot = { key: `after/${run.id}`, at, trigger: 'chain', end: undefined };
      this.#addDue(next.job.id, slot, {
        earliestAt: run.earliestAt + at - (startedAt ?? at),
        lapsesAt: next.edge.withinMs === undefined ? undefined : at + next.edge.withinMs,
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

  /** Two edges between the same jobs that both hold make it due once. */
  #addDue(job: JobId, slot: AccountedSlot, details: EdgeDetails): void {
    const due = this.#due.get(job) ?? [];
    this.#due.set(job, due);
    if (due.some(({ key }) => key === slot.key)) return;
    due.push(slot);
    this.#details.set(slotOf(job, slot.key), details);
  }

  #overdue({ id: job }: JobDefinition, repository: string, now: Instant): readonly AccountedSlot[] {
    const place = placeOf({ job, repository });
    const at = this.#deadlines.get(place);
    if (at === undefined || at > now) return [];
    this.#deadlines.delete(place);
    return [atLeastSlot(at, repository)];
  }

  #beginCounting({ id: job, atLeastEveryMs }: JobDefinition, repository: string): void {
    if (atLeastEveryMs === undefined) return;
    const lastGoodAt = this.#input.lastGoodAt?.(job, repository);
    const at = lastGoodAt === undefined ? this.#input.from : lastGoodAt + atLeastEveryMs;
    if (lastGoodAt !== undefined) this.#anchors.set(placeOf({ job, repository }), lastGoodAt);
    this.#deadlines.set(placeOf({ job, repository }), Math.max(this.#input.from, at));
  }

  #countFrom(everyMs: number, run: SimulatedRun, key: string): void {
    const place = placeOf(run);
    const end = run.finishedAt ?? run.slotAt;
    const isGood = run.outcome === 'succeeded' || run.outcome === 'warning';
    if (isGood) this.#anchors.set(place, end);
    else if (isAtLeast(key)) this.#anchors.set(place, run.slotAt);
    const anchor = this.#anchors.get(place);
    this.#deadlines.set(place, anchor === undefined ? end : Math.max(end, anchor + everyMs));
  }
}

const slotOf = (job: JobId, key: string): string => `${job}\n${key}`;
const repositoriesOf = ({ repositories }: JobDefinition): readonly string[] =>
  repositories.length === 0 ? [''] : repositories;
