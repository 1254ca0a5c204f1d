import type { Calendar, Instant, JobDefinition, JobId, RunOutcome, RunReason } from '@umbracore/contracts';
import { accountSlots, type AccountedSlot } from '../dispatch/account-slots.ts';
import type { Capacities } from '../dispatch/resources.ts';
import { ChainRuns } from './chain-runs.ts';
import { Edges } from './edges.ts';
import { Queue } from './queue.ts';
import type { CourseOf, SimulatedRun } from './simulated-run.ts';
import { nextDueAt } from './upcoming.ts';

export interface SimulationInput {
  readonly jobs: ReadonlyMap<JobId, JobDefinition>;
  readonly calendar: Calendar;
  /** What jitter depends on beside the job. */
  readonly host: string;
  readonly capacities: Capacities;
  /** Nothing before this is owed. */
  readonly from: Instant;
  /** No slot after this comes; what is under way then goes on to its end. */
  readonly until: Instant;
  readonly courseOf: CourseOf;
  /** When the last good run of this job and repository ended, for jobs with `atLeastEvery`; absent means never. */
  readonly lastGoodAt?: ((job: JobId, repository: string) => Instant | undefined) | undefined;
}

export interface Simulation {
  readonly from: Instant;
  readonly until: Instant;
  /** In the order in which they were due. */
  readonly runs: readonly SimulatedRun[];
}

/**
 * What would run when: a virtual clock goes from one event to the next, and at each the same functions decide as in earnest.
 * Conditions count as met. Pure: the same input gives the same runs.
 */
export function simulate(input: SimulationInput): Simulation {
  const runs = new Simulator(input).run();
  const { from, until } = input;
  return { from, until, runs: runs.toSorted((one, other) => one.slotAt - other.slotAt || number(one) - number(other)) };
}

const number = ({ id }: SimulatedRun): number => Number(id.slice(2));

class Simulator {
  readonly #input: SimulationInput;
  readonly #queue: Queue;
  readonly #chains: ChainRuns;
  readonly #edges: Edges;
  readonly #dueAt = new Map<JobId, Instant>();
  readonly #cursors = new Map<JobId, Instant>();
  readonly #ended: SimulatedRun[] = [];
  #count = 0;

  constructor(input: SimulationInput) {
    this.#input = input;
    this.#edges = new Edges(input);
    this.#queue = new Queue(input, (run, key) => this.#end(run, key));
    this.#chains = new ChainRuns(input.jobs, this.#queue, {
      enqueue: (job, slot, parent) => this.#enqueue(job, slot, parent),
      skip: (job, slot, parent, end) => this.#pass(job, slot, parent, end),
    });
    for (const job of input.jobs.values()) {
      this.#cursors.set(job.id, input.from);
      if (job.enabled) this.#setDue(job);
    }
  }

  run(): readonly SimulatedRun[] {
    let now: Instant | undefined = this.#input.from;
    while (now !== undefined) {
      this.#queue.endDue(now);
      let changed = true;
      while (changed) {
        this.#account(now);
        const walked = this.#chains.walkAll(now);
        changed = this.#queue.dispatch(now) || walked;
      }
      now = this.#nextAfter(now);
    }
    return [...this.#ended, ...this.#queue.leftOver()];
  }

  #nextAfter(now: Instant): Instant | undefined {
    const due = Math.min(...this.#dueAt.values(), this.#edges.nextAfter(now));
    const next = Math.min(
      due > this.#input.until ? Infinity : due,
      this.#queue.nextAfter(now),
      this.#chains.nextAfter(now),
    );
    return next === Infinity ? undefined : next;
  }

  #account(now: Instant): void {
    const { jobs, calendar, host, until } = this.#input;
    if (now > until) return;
    for (const job of jobs.values()) {
      const also = this.#edges.take(job, now);
      if (also.length === 0 && (this.#dueAt.get(job.id) ?? Infinity) > now) continue;
      const account = accountSlots(job, this.#cursors.get(job.id), { now, calendar, host, also });
      this.#cursors.set(job.id, now);
      this.#setDue(job);
      for (const slot of account.slots) {
        if (slot.end === undefined) this.#enqueue(job, slot, undefined);
        else this.#pass(job, slot, undefined, slot.end);
      }
    }
  }

  #setDue(job: JobDefinition): void {
    const at = nextDueAt(this.#input, job, this.#cursors.get(job.id) ?? this.#input.from);
    if (at === undefined) this.#dueAt.delete(job.id);
    else this.#dueAt.set(job.id, at);
  }

  #enqueue(job: JobDefinition, slot: NewSlot, parent: Parent | undefined): readonly SimulatedRun[] {
    return repositoriesFor(job, slot).map((repository) => {
      const details = this.#edges.detailsOf(job.id, slot.key);
      const lapses = details?.lapsesAt === undefined ? undefined : ({ at: details.lapsesAt, code: 'after' } as const);
      const earliestAt = parent?.earliestAt ?? details?.earliestAt;
      const run = this.#newRun(job, repository, slot, parent);
      this.#edges.queued(run);
      return this.#queue.add({ run, job, key: slot.key, earliestAt, lapses });
    });
  }

  /** A slot that nobody starts has its record all the same. */
  #pass(job: JobDefinition, slot: NewSlot, parent: Parent | undefined, end: Passed): void {
    for (const repository of repositoriesFor(job, slot)) {
      this.#ended.push({ ...this.#newRun(job, repository, slot, parent), outcome: end.outcome, because: end.because });
    }
  }

  #newRun(job: JobDefinition, repository: string, slot: NewSlot, parent: Parent | undefined): SimulatedRun {
    this.#count += 1;
    return {
      id: `s-${this.#count}`,
      job: job.id,
      repository,
      trigger: slot.trigger,
      parent: parent?.id ?? null,
      slotAt: slot.at,
      readyAt: slot.at,
      earliestAt: slot.at,
      startedAt: null,
      finishedAt: null,
      outcome: null,
      because: null,
      held: null,
    };
  }

  #end(run: SimulatedRun, key: string): void {
    this.#ended.push(run);
    this.#chains.nodeEnded(run);
    this.#edges.ended(run, key);
  }
}

export type NewSlot = Omit<AccountedSlot, 'end'>;

export interface Parent {
  readonly id: string;
  /** When the node could start if nothing that runs share were ever taken. */
  readonly earliestAt: Instant;
}

export interface Passed {
  readonly outcome: RunOutcome;
  readonly because: RunReason | null;
}

const repositoriesFor = (job: JobDefinition, { repository }: NewSlot): readonly string[] =>
  job.repositories.length === 0
    ? ['']
    : job.repositories.filter((name) => repository === undefined || name === repository);
