import type {
  Calendar,
  DurationMs,
  Instant,
  JobDefinition,
  JobId,
  RunRecord,
  Schedule,
  Timetables,
} from '@umbracore/contracts';
import { aJob } from '@umbracore/testkit';
import { DispatchWorld } from './dispatching.ts';
import type { Course } from './dispatching.ts';
import { every, intervalCalendar } from './interval-calendar.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

export interface YearsOptions {
  readonly years: number;
  readonly jobs: number;
  readonly seed: number;
  /** The share of runs that fail, and of the other things that go wrong. */
  readonly faults: number;
  /** The schedules that jobs get in turn; intervals if absent. */
  readonly schedules?: readonly Schedule[];
  readonly calendar?: Calendar;
  readonly timetables?: Timetables;
  /** Told of each day that has passed. */
  readonly onDay?: (day: number) => void;
}

export interface YearsReport {
  /** Slots that came while their job was known. */
  readonly slots: number;
  readonly started: number;
  /** Slots that were skipped or missed, with a reason. */
  readonly passedOver: number;
  /** Slots without a record. */
  readonly lost: number;
  /** Slots that were started twice, or have two records. */
  readonly doubled: number;
  /** Two runs of one job at the same time. */
  readonly overlapping: number;
  readonly failed: number;
  /** Attempts that are made again. */
  readonly retried: number;
  readonly crashes: number;
  readonly sleeps: number;
  readonly jumps: number;
  /** The longest that a run which was due while all was calm waited for its start, with room for it. */
  readonly latestMs: DurationMs;
}

/** Years of a machine that sleeps, dies and has a bad clock, through the real dispatcher, in runs that only take time. */
export async function simulateYears(options: YearsOptions): Promise<YearsReport> {
  return await new Simulation(options).run();
}

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** About daily, weekly and monthly, each at another moment, and a few more often. */
const intervals = (index: number): Schedule => {
  const odd = index * 7919;
  if (index % 100 === 0) return every(8 * hour + odd);
  if (index % 10 === 1) return every(30 * day + odd);
  return every((index % 10 === 0 ? day : 7 * day) + odd);
};

class Simulation {
  readonly #options: YearsOptions;
  readonly #world: DispatchWorld;
  readonly #random: () => number;
  readonly #start: Instant;
  readonly #lastStarted = new Map<JobId, Instant>();
  readonly #lastEnded = new Map<JobId, Instant>();
  readonly #begun = new Set<string>();
  readonly #counts = {
    started: 0,
    told: 0,
    passedOver: 0,
    doubled: 0,
    overlapping: 0,
    failed: 0,
    retried: 0,
    crashes: 0,
    sleeps: 0,
    jumps: 0,
    latestMs: 0,
  };
  /** How far the wall clock has ever come. */
  #highest: Instant;
  #calmSinceMs = 0;

  constructor(options: YearsOptions) {
    this.#options = options;
    this.#random = seeded(options.seed);
    const { calendar, timetables } = options;
    this.#world = new DispatchWorld({
      forgetful: true,
      concurrency: 250,
      random: this.#random,
      course: () => this.#course(),
      ...(calendar && { calendar }),
      ...(timetables && { timetables }),
    });
    this.#world.jobs = Array.from({ length: options.jobs }, (_, index) => this.#job(index));
    this.#world.onStart = (run) => this.#noteStart(run);
    this.#world.onEnd = (run) => void this.#lastEnded.set(run.job, run.finishedAt ?? 0);
    this.#start = this.#world.clock.now();
    this.#highest = this.#start;
  }

  #job(index: number): JobDefinition {
    const { schedules } = this.#options;
    const schedule = schedules?.[index % schedules.length] ?? intervals(index);
    const id = `job-${index}`;
    const retry = { type: 'fixed', maxAttempts: 5, delayMs: 5 * minute } as const;
    return aJob({ id, repositories: [`repository-${index}`], schedules: [schedule], retry });
  }

  #course(): Course {
    const takesMs = 10 * second + this.#random() * 5 * minute;
    const luck = this.#random();
    const { faults } = this.#options;
    if (luck < faults / 2) return { takesMs, outcome: 'failed' };
    if (luck >= faults) return { takesMs, outcome: 'succeeded' };
    this.#counts.retried += 1;
    return { takesMs, outcome: 'retry' };
  }

  async run(): Promise<YearsReport> {
    const { years, onDay } = this.#options;
    const end = this.#start + years * 365 * day;
    await this.#boot();
    for (let today = 0; this.#world.clock.now() < end;) {
      await this.#advance(this.#between(20 * minute, 4 * hour));
      if (this.#random() < 0.8) this.#sleep();
      if (this.#random() < this.#options.faults) await this.#crash();
      if (this.#random() < this.#options.faults) this.#jump();
      this.#forget(this.#world.clock.now() - 2 * day);
      const now = Math.floor((this.#world.clock.now() - this.#start) / day);
      if (now > today) onDay?.((today = now));
    }
    // What is under way or waits for its next attempt comes to its end.
    await this.#advance(3 * hour);
    return this.#report();
  }

  async #advance(ms: DurationMs): Promise<void> {
    await this.#world.clock.advance(ms);
    this.#highest = Math.max(this.#highest, this.#world.clock.now());
  }

  #between(least: number, most: number): number {
    return Math.floor(least + this.#random() * (most - least));
  }

  #shift(ms: DurationMs): void {
    this.#world.sleep(ms);
    this.#highest = Math.max(this.#highest, this.#world.clock.now());
    this.#calmSinceMs = this.#world.clock.monotonicMs();
  }

  #sleep(): void {
    this.#counts.sleeps += 1;
    this.#shift(this.#between(5 * minute, 20 * hour));
  }

  /** Never back by a whole interval: what that does is another test's matter, for slots are then due once more. */
  #jump(): void {
    this.#counts.jumps += 1;
    this.#shift(this.#random() < 0.5 ? -this.#between(second, 5 * hour) : this.#between(second, 3 * day));
  }

  async #crash(): Promise<void> {
    this.#counts.crashes += 1;
    for (const process of this.#world.processes) process.kill();
    await this.#advance(this.#between(second, 5 * minute));
    if (this.#random() < 0.5) this.#shift(this.#between(minute, 2 * day));
    await this.#boot();
  }

  async #boot(): Promise<void> {
    this.#world.boot();
    this.#calmSinceMs = this.#world.clock.monotonicMs();
    await this.#advance(0);
  }

  #noteStart(run: RunRecord): void {
    const { clock } = this.#world;
    const active = [...this.#world.processes].flatMap((process) => process.active);
    if (active.some((other) => other.job === run.job && other.id !== run.id)) this.#counts.overlapping += 1;
    if (run.state !== 'queued' || this.#begun.has(run.id)) return;
    this.#begun.add(run.id);
    this.#counts.started += 1;
    const slotAt = run.slotAt ?? 0;
    // Every slot of a job is later than the one that was started before it.
    if (slotAt <= (this.#lastStarted.get(run.job) ?? -Infinity)) this.#counts.doubled += 1;
    this.#lastStarted.set(run.job, slotAt);
    const late = clock.now() - this.#startOf(run, slotAt);
    const calm = clock.monotonicMs() - this.#calmSinceMs > 2 * minute + late;
    const free = (this.#lastEnded.get(run.job) ?? -Infinity) < clock.now() - late && active.length < 200;
    if (calm && free) this.#counts.latestMs = Math.max(this.#counts.latestMs, late);
  }

  /** With jitter. */
  #startOf({ plan, job }: RunRecord, slotAt: Instant): Instant {
    const { calendar = intervalCalendar } = this.#options;
    const [schedule] = plan.job.schedules;
    const slot = schedule && calendar.previous(schedule, slotAt);
    return (slot && calendar.startOf(schedule, slot, job, 'test-host')) ?? slotAt;
  }

  #forget(before: Instant): void {
    for (const run of this.#world.store.forget(before)) this.#count(run);
  }

  #count(run: RunRecord): void {
    const counts = this.#counts;
    const slots = 1 + (run.because?.alsoStandsFor?.count ?? 0);
    counts.told += slots;
    if (run.state === 'skipped' || run.state === 'missed') counts.passedOver += slots;
    if (run.state === 'failed') counts.failed += 1;
    this.#begun.delete(run.id);
  }

  #report(): YearsReport {
    this.#forget(Infinity);
    for (const run of this.#world.runs()) this.#count(run);
    const { told, ...counts } = this.#counts;
    const slots = this.#world.jobs.reduce((sum, job) => sum + this.#slotsOf(job), 0);
    const lost = Math.max(0, slots - told);
    return { slots, lost, ...counts, doubled: counts.doubled + Math.max(0, told - slots) };
  }

  #slotsOf({ schedules }: JobDefinition): number {
    const calendar = this.#options.calendar ?? intervalCalendar;
    return schedules.reduce((sum, schedule) => {
      const { slots, left } = calendar.between(schedule, this.#start, this.#highest, 1);
      return sum + slots.length + (left?.count ?? 0);
    }, 0);
  }
}
