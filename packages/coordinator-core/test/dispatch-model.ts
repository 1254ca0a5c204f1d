import { deepEqual, equal, notEqual, ok } from 'node:assert/strict';
import type { BackupJobDefinition, Instant, JobDefinition, RunRecord, Schedule } from '@umbracore/contracts';
import { aJob } from '@umbracore/testkit';
import type { DispatchWorld } from './dispatching.ts';
import type { Course } from './dispatching.ts';
import { every, intervalCalendar } from './interval-calendar.ts';

const second = 1000;
const minute = 60 * second;
/** Seeing that the clock jumped, settling, and starting what then may start. */
const calmAfterMs = 30 * second + 30 * second + 15 * second;
const momentMs = 50;
const startsWithinMs = 5 * second;

/** So many slots of a long sleep are looked at, the newest. */
const looked = 100;

export interface ModelJob {
  readonly id: string;
  stepMs: number;
  enabled: boolean;
  readonly rest: Partial<Schedule>;
  readonly overlap: BackupJobDefinition['overlap'];
}

interface Owed {
  readonly job: string;
  readonly key: string;
  readonly at: Instant;
  /** Nothing was in the way when it was due. */
  readonly free: boolean;
}

/**
 * What has to hold, from nothing but the wall clock: every slot that it passed while its job was enabled is owed, and every owed
 * slot has a record soon after everything is calm.
 */
export class DispatchModel {
  readonly world: DispatchWorld;
  readonly jobs: readonly ModelJob[];
  readonly #owed = new Map<string, Owed>();
  readonly #lastRecord = new Map<string, { count: number; atMs: number }>();
  #calmSinceMs = 0;
  #wentBack = false;
  #highest: Instant;
  /** Of all slots that are owed, also those that are too many to be looked at. */
  #count = 0;

  constructor(world: DispatchWorld, jobs: readonly ModelJob[]) {
    this.world = world;
    this.jobs = jobs;
    this.#highest = world.clock.now();
    world.jobs = this.definitions();
    world.onStart = (run) => this.#checkPlaces(run);
  }

  definitions(): readonly JobDefinition[] {
    return this.jobs.map(({ id, stepMs, enabled, rest, overlap }) =>
      aJob({
        id,
        repositories: [id],
        enabled,
        overlap,
        schedules: [every(stepMs, rest)],
        retry: { type: 'fixed', maxAttempts: 9, delayMs: 5 * minute },
      }),
    );
  }

  get isAlive(): boolean {
    return this.world.processes.size > 0;
  }

  /** Something happened that takes a moment to get over. */
  disturb(): void {
    this.#calmSinceMs = this.world.clock.monotonicMs();
    this.#lastRecord.clear();
  }

  /** Time passes for everybody, and nobody is busier than there is to do. */
  async tick(ms: number): Promise<void> {
    const { world } = this;
    const before = { sleeps: world.sleeps, runs: world.store.entries.size };
    await this.#advance(ms);
    const recorded = world.store.entries.size - before.runs;
    const most = 6 * (50 + ms / (4 * second) + 20 * (recorded + ms / (10 * minute)));
    const sleeps = world.sleeps - before.sleeps;
    ok(sleeps <= most, `${sleeps} sleeps in ${ms} ms`);
  }

  /** In steps small enough to see what is in the way at each slot. */
  async #advance(ms: number): Promise<void> {
    for (let left = ms; left > 0;) {
      const step = Math.min(left, this.#untilNextSlot(), 10 * minute);
      await this.#step(step);
      left -= step;
    }
    // Not at the very moment of a slot, or just before: whoever is due then needs a moment.
    do await this.#step(momentMs);
    while (this.#untilNextSlot() <= momentMs);
  }

  async #step(ms: number): Promise<void> {
    const { clock } = this.world;
    const from = clock.now();
    await clock.advance(ms);
    this.#pass(from, clock.now(), (job) => this.#isFree(job));
  }

  /** The wall clock moves by itself: it was set, or everything slept. */
  jump(ms: number): void {
    const { clock } = this.world;
    const from = clock.now();
    clock.setWall(from + ms);
    if (ms > 0) this.#pass(from, from + ms, () => false);
    else this.#comeAgain(from + ms);
    this.disturb();
  }

  /** What nobody had recorded before the clock was set back behind it is still to come. */
  #comeAgain(now: Instant): void {
    this.#wentBack = true;
    for (const [key, { at }] of this.#owed) if (at > now) this.#owed.delete(key);
  }

  async change(work: () => void): Promise<void> {
    work();
    this.world.jobs = this.definitions();
    await Promise.all([...this.world.processes].map((process) => process.replace()));
    this.disturb();
  }

  check(): void {
    const { world } = this;
    this.#checkPlaces();
    const { clock } = world;
    const calmMs = clock.monotonicMs() - this.#calmSinceMs;
    if (!this.isAlive || world.trouble !== undefined || calmMs < calmAfterMs) return;
    this.#checkRecords();
    this.#checkPunctuality();
    this.#checkProgress();
    this.#checkPlans();
    // Records do not go away again.
    this.#owed.clear();
  }

  #untilNextSlot(): number {
    const now = this.world.clock.now();
    const next = this.jobs.map(({ stepMs }) => (Math.floor(now / stepMs) + 1) * stepMs - now);
    return Math.min(...next);
  }

  #pass(from: Instant, to: Instant, isFree: (job: string) => boolean): void {
    // What it passes once more has its record; how long that may hold things up is another check.
    const begin = Math.max(from, this.#highest);
    this.#highest = Math.max(this.#highest, to);
    for (const { id, stepMs, enabled, rest } of this.jobs) {
      if (!enabled || begin >= to) continue;
      const schedule = every(stepMs, rest);
      const { slots, left } = intervalCalendar.between(schedule, begin, to, looked);
      this.#count += slots.length + (left?.count ?? 0);
      for (const { key, at } of slots) this.#owed.set(`${id} ${key}`, { job: id, key, at, free: isFree(id) });
    }
  }

  #isFree(job: string): boolean {
    if (!this.#isCalm()) return false;
    const runs = [...this.world.store.entries.values()];
    return runs.every(({ run }) => run.job !== job || run.finishedAt !== null || run.startedAt === null);
  }

  #isCalm(): boolean {
    return (
      this.isAlive &&
      this.world.clock.monotonicMs() - this.#calmSinceMs > calmAfterMs &&
      this.world.trouble === undefined
    );
  }

  /** P-8: one run of a job at a time, each in one process. */
  #checkPlaces(starting?: RunRecord): void {
    const active = [...this.world.processes].flatMap((process) => process.active);
    equal(new Set(active.map(({ job }) => job)).size, active.length, 'two runs of a job at once');
    if (starting === undefined) return;
    deepEqual(
      active.filter(({ job, id }) => job === starting.job && id !== starting.id),
      [],
    );
  }

  /** P-1: every owed slot has a record, and no slot has two. */
  #checkRecords(): void {
    const runs = this.world.runs();
    const known = new Set(runs.map(({ job, slot }) => `${job} ${slot}`));
    equal(known.size, runs.length, 'two records of a slot');
    const stretches = runs.filter(({ because }) => because?.alsoStandsFor != null);
    for (const [key, owed] of this.#owed) {
      if (known.has(key)) continue;
      const records = stretches.filter((run) => standsFor(run, owed)).length;
      equal(this.#wentBack ? Math.min(records, 1) : records, 1, `${key} has ${records} records`);
    }
    if (this.#wentBack) return;
    const told = runs.reduce((sum, { because }) => sum + 1 + (because?.alsoStandsFor?.count ?? 0), 0);
    equal(told, this.#count, 'slots with a record, slots in all');
  }

  /** P-3: what was due while all was calm and nothing was in the way began at once. */
  #checkPunctuality(): void {
    const began = new Map(this.world.starts.toReversed().map(({ run, at }) => [`${run.job} ${run.slot}`, { run, at }]));
    for (const [key, { free, at }] of this.#owed) {
      const start = began.get(key);
      if (!free || start === undefined || this.world.failedStarts.has(start.run.id)) continue;
      ok(start.at - at <= startsWithinMs, `${key} began ${start.at - at} ms late`);
    }
  }

  /** P-2 and P-3: something is recorded of every job that is enabled at least every other interval. */
  #checkProgress(): void {
    const nowMs = this.world.clock.monotonicMs();
    for (const { id, enabled, stepMs } of this.jobs) {
      const count = this.world.runs().filter(({ job }) => job === id).length;
      const last = this.#lastRecord.get(id);
      if (last === undefined || last.count !== count || !enabled) this.#lastRecord.set(id, { count, atMs: nowMs });
      else ok(nowMs - last.atMs <= 2 * stepMs + calmAfterMs, `nothing of ${id} for ${nowMs - last.atMs} ms`);
    }
  }

  /** P-2: everybody knows when something is due next. */
  #checkPlans(): void {
    if (!this.jobs.some(({ enabled }) => enabled)) return;
    for (const { dispatcher } of this.world.processes) notEqual(dispatcher.nextAt(), undefined);
  }
}

/** Whether a record of a stretch is of the same schedule, and its stretch holds the slot. */
function standsFor({ job, slot, slotAt, because }: RunRecord, owed: Owed): boolean {
  const sameStep = slot?.split('/')[1] === owed.key.split('/')[1];
  const first = because?.alsoStandsFor?.first ?? Infinity;
  return job === owed.job && sameStep && (slotAt ?? 0) > owed.at && first <= owed.at;
}

export const courses: readonly Course[] = [
  { takesMs: 20 * second, outcome: 'succeeded' },
  { takesMs: 4 * minute, outcome: 'succeeded' },
  { takesMs: 7 * minute, outcome: 'failed' },
  { takesMs: minute, outcome: 'retry' },
  { takesMs: 100 * minute, outcome: 'succeeded' },
];
