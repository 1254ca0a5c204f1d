import type { Instant, JobDefinition, ReasonCode, RunId, RunOutcome, RunReason, Schedule } from '@umbracore/contracts';
import { decide, type DecisionFacts, type OpenRun, type QueuedRun } from '../decide.ts';
import { admit, type Demand } from '../dispatch/admit.ts';
import { resourcesOf } from '../dispatch/resources.ts';
import { roomOf } from '../dispatch/schedule-slots.ts';
import type { Hold, SimulatedRun } from './simulated-run.ts';
import type { SimulationInput } from './simulate.ts';
import { openingAt } from './upcoming.ts';

/** A run that is due and has not started. */
export interface Waiting {
  run: SimulatedRun;
  readonly job: JobDefinition;
  readonly schedule: Schedule | undefined;
  readonly lapses: QueuedRun['lapses'];
  /** When to look again although nothing has ended. */
  until: Instant | undefined;
}

interface Working {
  readonly run: SimulatedRun;
  readonly job: JobDefinition;
  readonly startedAt: Instant;
  /** Infinity for a chain, which ends when its nodes have. */
  readonly endsAt: Instant;
  readonly outcome: RunOutcome;
}

/** Who is told. */
export interface RunListener {
  begun(run: SimulatedRun): void;
  /** Also of a run that was never started. */
  ended(run: SimulatedRun): void;
}

/** What waits and what works, and who starts next. */
export class Queue {
  readonly #input: SimulationInput;
  readonly #listener: RunListener;
  readonly #waiting = new Map<RunId, Waiting>();
  readonly #working = new Map<RunId, Working>();
  readonly #goodSince = new Map<string, { readonly id: RunId; readonly startedAt: Instant }>();

  constructor(input: SimulationInput, listener: RunListener) {
    this.#input = input;
    this.#listener = listener;
  }

  add(waiting: Waiting): void {
    this.#waiting.set(waiting.run.id, waiting);
  }

  /** Runs of chains that are under way. */
  chains(): readonly SimulatedRun[] {
    return [...this.#working.values()].filter(({ job }) => job.kind === 'chain').map(({ run }) => run);
  }

  endDue(now: Instant): void {
    for (const { run, endsAt, outcome } of this.#working.values()) {
      if (endsAt <= now) this.endWorking(run.id, now, outcome);
    }
  }

  endWorking(id: RunId, now: Instant, outcome: RunOutcome): void {
    const working = this.#working.get(id);
    if (working === undefined) return;
    this.#working.delete(id);
    const { run, startedAt } = working;
    const isGood = outcome === 'succeeded' || outcome === 'warning';
    if (isGood) this.#goodSince.set(pairOf(run), { id, startedAt });
    this.#listener.ended({ ...run, finishedAt: now, outcome });
  }

  /** Starts what may start; true if anything started or ended. */
  dispatch(now: Instant): boolean {
    const ready: Waiting[] = [];
    let changed = false;
    for (const waiting of [...this.#waiting.values()].toSorted(byAge)) {
      const { verdict, reasons } = decide(waiting.job, this.#factsOf(waiting, now), now);
      waiting.until = verdict.type === 'wait' ? verdict.until : undefined;
      const against = reasons.find(({ ok }) => !ok);
      switch (verdict.type) {
        case 'start':
          // Of one job and repository only the oldest: the others would be in its way at once.
          if (!ready.some(({ run }) => pairOf(run) === pairOf(waiting.run))) ready.push(waiting);
          break;
        case 'skip': {
          const because = { code: verdict.code, text: textOf(verdict.code, against?.text), alsoStandsFor: null };
          this.#endWaiting(waiting, verdict.outcome, because);
          changed = true;
          break;
        }
        case 'cancel-other':
          this.endWorking(verdict.other.id, now, 'cancelled');
          changed = true;
          break;
        case 'blocked':
          this.#hold(waiting, now, { code: 'overlap', text: textOf('overlap'), by: [verdict.by.id] });
          break;
        case 'wait':
          break;
      }
    }
    return this.#admit(ready, now) || changed;
  }

  nextAfter(now: Instant): Instant {
    let next = Infinity;
    for (const { endsAt } of this.#working.values()) if (endsAt > now) next = Math.min(next, endsAt);
    for (const { until } of this.#waiting.values())
      if (until !== undefined && until > now) next = Math.min(next, until);
    return next;
  }

  /** What never came to its turn, and chains that wait for it. */
  leftOver(): readonly SimulatedRun[] {
    return [...this.#working.values(), ...this.#waiting.values()].map(({ run }) => run);
  }

  #admit(ready: readonly Waiting[], now: Instant): boolean {
    const working = [...this.#working.values()].map(demandOfWorking);
    const { admitted, held } = admit(ready.map(demandOf), working, this.#input.capacities);
    for (const waiting of ready) {
      const shortage = held.get(waiting.run.id);
      if (shortage === undefined) continue;
      const { resource, capacity, usedBy } = shortage;
      this.#hold(waiting, now, { code: 'resource', text: `${resource} has room for ${capacity}`, by: usedBy });
    }
    for (const id of admitted) this.#start(id, now);
    return admitted.length > 0;
  }

  #start(id: RunId, now: Instant): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    const { job } = waiting;
    const run = { ...waiting.run, startedAt: now };
    this.#working.set(id, { run, job, startedAt: now, ...this.#courseOf(job, run, now) });
    this.#listener.begun(run);
  }

  #courseOf(job: JobDefinition, run: SimulatedRun, now: Instant): Pick<Working, 'endsAt' | 'outcome'> {
    if (job.kind === 'chain') return { endsAt: Infinity, outcome: 'succeeded' };
    const { lengthMs, outcome } = this.#input.courseOf(job, run.repository);
    const limit = job.maxRuntimeMs ?? Infinity;
    // At least one millisecond: time has to go on.
    const endsAt = now + Math.max(1, Math.min(lengthMs, limit));
    return { endsAt, outcome: lengthMs > limit ? 'failed' : outcome };
  }

  #endWaiting(waiting: Waiting, outcome: RunOutcome, because: RunReason): void {
    this.#waiting.delete(waiting.run.id);
    this.#listener.ended({ ...waiting.run, outcome, because });
  }

  #hold(waiting: Waiting, now: Instant, hold: Hold): void {
    if (waiting.run.held === null && now >= waiting.run.readyAt) waiting.run = { ...waiting.run, held: hold };
  }

  #factsOf(waiting: Waiting, now: Instant): DecisionFacts {
    const { run, job, schedule, lapses } = waiting;
    const good = this.#goodSince.get(pairOf(run));
    return {
      asked: false,
      repository: run.repository,
      open: [...this.#working.values()].filter((other) => pairOf(other.run) === pairOf(run)).map(openRun),
      sources: undefined,
      due: undefined,
      dueDone: false,
      next: undefined,
      opening: run.parent === null ? openingAt(this.#input.calendar, schedule, now) : undefined,
      run: {
        id: run.id,
        trigger: run.trigger,
        slotAt: run.slotAt,
        startAt: run.readyAt,
        lapses,
        supersededBy: run.parent === null ? this.#newerThan(run, job)?.id : undefined,
        madeUpBy: run.parent === null && good !== undefined && good.startedAt >= run.slotAt ? good.id : undefined,
        chain: run.parent === null ? undefined : { run: run.parent, ended: !this.#working.has(run.parent) },
      },
    };
  }

  /** The run that takes the place of this one: so many may wait as the job catches up with. */
  #newerThan(run: SimulatedRun, job: JobDefinition): SimulatedRun | undefined {
    const newer = [...this.#waiting.values()]
      .map((other) => other.run)
      .filter((other) => other.parent === null && pairOf(other) === pairOf(run) && other.slotAt > run.slotAt);
    return newer.length >= roomOf(job) ? newer[0] : undefined;
  }
}

/** The decision names runs and processes; those of a simulation would say nothing to anybody. */
const texts: Partial<Record<ReasonCode, string>> = {
  overlap: 'Another run of the job is under way',
  superseded: 'A newer slot of the job takes its place',
  due: 'A later run of the job has done what was due',
};
const textOf = (code: ReasonCode, text = ''): string => texts[code] ?? text;

const pairOf = ({ job, repository }: SimulatedRun): string => `${job}\n${repository}`;
const byAge = (one: Waiting, other: Waiting): number =>
  one.run.slotAt - other.run.slotAt || Number(one.run.id.slice(2)) - Number(other.run.id.slice(2));

const openRun = ({ run, startedAt }: Working): OpenRun => ({
  id: run.id,
  repository: run.repository,
  pid: 1,
  since: startedAt,
  retryAt: undefined,
});

const demandOf = ({ run, job }: Waiting): Demand => ({
  id: run.id,
  since: run.slotAt,
  uses: resourcesOf(job, run.repository),
});

const demandOfWorking = ({ run, job, startedAt }: Working): Demand => ({
  id: run.id,
  since: startedAt,
  uses: resourcesOf(job, run.repository),
});
