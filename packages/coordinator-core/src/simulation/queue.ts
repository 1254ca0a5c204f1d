import type { Instant, JobDefinition, ReasonCode, RunId, RunOutcome, RunReason } from '@umbracore/contracts';
import type { Decision, QueuedRun } from '../decide.ts';
import { playRound, type RoundEntry } from '../dispatch/round.ts';
import { lateAfterMs, roomOf } from '../dispatch/schedule-slots.ts';
import { slotOfRun, type SlotOfRun } from '../dispatch/slot-of-run.ts';
import { placeOf } from '../dispatch/superseding.ts';
import { shortageAmong } from './shortage.ts';
import { recordOf } from './simulated-record.ts';
import type { Hold, SimulatedRun } from './simulated-run.ts';
import type { SimulationInput } from './simulate.ts';

/** A run that is due. */
export interface NewEntry {
  readonly run: SimulatedRun;
  readonly job: JobDefinition;
  /** Unique within the job. */
  readonly key: string;
  /** When it could start if nothing that runs share were ever taken; undefined leaves it to its schedule. */
  readonly earliestAt: Instant | undefined;
  /** Too late after this; undefined leaves it to its schedule. */
  readonly lapses: QueuedRun['lapses'];
}

interface Waiting extends NewEntry {
  run: SimulatedRun;
  readonly slot: SlotOfRun;
}

interface Working {
  readonly run: SimulatedRun;
  readonly job: JobDefinition;
  readonly key: string;
  /** Infinity for a chain, which ends when its nodes have. */
  readonly endsAt: Instant;
  readonly outcome: RunOutcome;
}

/** Told of a run that has ended, also of one that was never started, with the key of its slot. */
export type EndListener = (run: SimulatedRun, key: string) => void;

/** What waits and what works; who starts next is decided by the rounds of a dispatcher. */
export class Queue {
  readonly #input: SimulationInput;
  readonly #onEnd: EndListener;
  readonly #waiting = new Map<RunId, Waiting>();
  readonly #working = new Map<RunId, Working>();
  readonly #good = new Map<string, SimulatedRun>();
  #wakeAt: Instant | undefined;

  constructor(input: SimulationInput, onEnd: EndListener) {
    this.#input = input;
    this.#onEnd = onEnd;
  }

  /** Gives the run with the moment at which it may start. */
  add(entry: NewEntry): SimulatedRun {
    const { calendar, host } = this.#input;
    const slot = slotOfRun(recordOf(entry.run, entry.job, entry.key), calendar, host);
    const { startAt } = slot;
    const run = { ...entry.run, readyAt: startAt, earliestAt: entry.earliestAt ?? startAt };
    this.#waiting.set(run.id, { ...entry, run, slot });
    return run;
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
    const run = { ...working.run, finishedAt: now, outcome };
    if (outcome === 'succeeded' || outcome === 'warning') this.#good.set(placeOf(run), run);
    this.#onEnd(run, working.key);
  }

  /** Starts what may start; true if anything started or ended. */
  dispatch(now: Instant): boolean {
    const { jobs, capacities } = this.#input;
    const working = [...this.#working.values()].map(({ run, job, key }) => ({
      run: recordOf(run, job, key),
      pid: 1,
      facts: undefined,
    }));
    const waiting = [...this.#waiting.values()].map((entry) => this.#entryOf(entry, now));
    const round = playRound({
      now,
      entries: [...working, ...waiting],
      jobOf: ({ job, plan }) => jobs.get(job) ?? plan.job,
      capacities,
    });
    for (const { run } of round.cancel) this.endWorking(run, now, 'cancelled');
    for (const { run, end } of round.dismiss) this.#dismiss(run.id, end.outcome, end.because);
    for (const { id } of round.start) this.#start(id, now);
    for (const [id, decision] of round.waiting) this.#noteHold(id, decision, now);
    this.#wakeAt = round.wakeAt;
    return round.cancel.length + round.dismiss.length + round.start.length > 0;
  }

  nextAfter(now: Instant): Instant {
    let next = this.#wakeAt !== undefined && this.#wakeAt > now ? this.#wakeAt : Infinity;
    for (const { endsAt } of this.#working.values()) if (endsAt > now) next = Math.min(next, endsAt);
    return next;
  }

  /** What never came to its turn, and chains that wait for it. */
  leftOver(): readonly SimulatedRun[] {
    return [...this.#working.values(), ...this.#waiting.values()].map(({ run }) => run);
  }

  #entryOf({ run, job, key, slot, lapses }: Waiting, now: Instant): RoundEntry {
    const { startAt, lapsesAt, opening } = slot;
    const bySchedule = lapsesAt === undefined ? undefined : ({ at: lapsesAt, code: 'catch-up' } as const);
    return {
      run: recordOf(run, job, key),
      pid: undefined,
      facts: {
        startAt,
        lapses: lapses ?? bySchedule,
        madeUpBy: this.#madeUpBy(run, job, now),
        chain: run.parent === null ? undefined : { run: run.parent, ended: !this.#working.has(run.parent) },
        opening: opening(now),
      },
    };
  }

  /** As a dispatcher finds it out: on time there is nobody who could have done the work of a slot. */
  #madeUpBy(run: SimulatedRun, job: JobDefinition, now: Instant): RunId | undefined {
    if (now - run.slotAt <= lateAfterMs || run.parent !== null || roomOf(job) > 1) return undefined;
    const good = this.#good.get(placeOf(run));
    return good !== undefined && (good.startedAt ?? 0) >= run.slotAt ? good.id : undefined;
  }

  #start(id: RunId, now: Instant): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    const { job, key } = waiting;
    const run = { ...waiting.run, startedAt: now };
    this.#working.set(id, { run, job, key, ...this.#courseOf(job, run, now) });
  }

  #courseOf(job: JobDefinition, run: SimulatedRun, now: Instant): Pick<Working, 'endsAt' | 'outcome'> {
    if (job.kind === 'chain') return { endsAt: Infinity, outcome: 'succeeded' };
    const { lengthMs, outcome } = this.#input.courseOf(job, run.repository);
    const limit = job.maxRuntimeMs ?? Infinity;
    // At least one millisecond: time has to go on.
    const endsAt = now + Math.max(1, Math.min(lengthMs, limit));
    return { endsAt, outcome: lengthMs > limit ? 'failed' : outcome };
  }

  #dismiss(id: RunId, outcome: RunOutcome, { code, text }: RunReason): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    const because = { code, text: texts[code] ?? text, alsoStandsFor: null };
    this.#onEnd({ ...waiting.run, outcome, because }, waiting.key);
  }

  /** The first thing that keeps a run from starting when it is ready to. */
  #noteHold(id: RunId, { verdict }: Decision, now: Instant): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined || waiting.run.held !== null || now < waiting.run.readyAt) return;
    const held = this.#holdBy(waiting, verdict);
    if (held !== undefined) waiting.run = { ...waiting.run, held };
  }

  #holdBy({ run, job }: Waiting, verdict: Decision['verdict']): Hold | undefined {
    if (verdict.type === 'blocked') return { code: 'overlap', text: texts.overlap, by: [verdict.by.id] };
    if (verdict.type !== 'wait' || verdict.code !== 'resource') return undefined;
    return shortageAmong([...this.#working.values()], { run, job }, this.#input.capacities);
  }
}

/** The decisions name runs and processes; those of a simulation would say nothing to anybody. */
const texts: Partial<Record<ReasonCode, string>> & { readonly overlap: string } = {
  overlap: 'Another run of the job is under way',
  superseded: 'A newer slot of the job takes its place',
  due: 'A later run of the job has done what was due',
};
