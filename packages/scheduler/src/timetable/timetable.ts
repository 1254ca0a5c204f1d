import type { Instant, JobId, Schedule, Timetable } from '@umbracore/contracts';
import { demandTime } from '../demand-time.ts';
import { jitterShare, jobHash } from '../jitter.ts';
import { Int32Column } from './columns.ts';
import { InstantQueue } from './instant-queue.ts';
import { none, PlaceIndex } from './place-index.ts';
import { SharedRules } from './shared-rules.ts';

/**
 * A timetable that has room for a million jobs: about 45 bytes each.
 *
 * A job has an entry for each of its schedules. An entry is a place in columns of numbers; the entries of a job form a
 * ring. A job without schedules has one entry with no rule.
 */
export class JobTimetable implements Timetable {
  readonly #rules: SharedRules;
  readonly #queue = new InstantQueue();
  // By entry. The strings are the caller's own: a place costs as much as a reference.
  readonly #jobs: JobId[] = [];
  readonly #hash = new Int32Column();
  readonly #rule = new Int32Column();
  /** The next entry of the same job; of a free entry the next free one. */
  readonly #ring = new Int32Column();
  readonly #byJob = new PlaceIndex((entry) => this.#hash.get(entry));
  #freeEntry = none;

  constructor(host: string) {
    this.#rules = new SharedRules(host);
  }

  get size(): number {
    return this.#byJob.size;
  }

  set(job: JobId, schedules: readonly Schedule[], after: Instant): void {
    demandTime(after);
    const rules = this.#rules.claimAll(schedules);
    this.delete(job);
    const hash = jobHash(job);
    const first = this.#newEntry(job, hash, rules[0] ?? none, after);
    this.#byJob.add(first);
    for (let index = 1; index < rules.length; index += 1) {
      const entry = this.#newEntry(job, hash, rules[index] ?? none, after);
      this.#ring.set(entry, this.#ring.get(first));
      this.#ring.set(first, entry);
    }
  }

  delete(job: JobId): void {
    const slot = this.#slotOf(job);
    const first = this.#byJob.at(slot);
    if (first === none) return;
    this.#byJob.deleteAt(slot);
    let entry = first;
    do {
      const next = this.#ring.get(entry);
      this.#freeUp(entry);
      entry = next;
    } while (entry !== first);
  }

  nextAt(): Instant | undefined {
    return this.#queue.firstAt();
  }

  nextOf(job: JobId): Instant | undefined {
    const first = this.#byJob.at(this.#slotOf(job));
    if (first === none) return undefined;
    let next = this.#queue.atOf(first);
    for (let entry = this.#ring.get(first); entry !== first; entry = this.#ring.get(entry)) {
      const at = this.#queue.atOf(entry);
      if (next === undefined || (at !== undefined && at < next)) next = at;
    }
    return next;
  }

  take(now: Instant): readonly JobId[] {
    const due: JobId[] = [];
    const severalTimes = new Set<JobId>();
    this.#queue.takeUntil(now, (entry) => {
      const job = this.#jobs[entry] ?? '';
      const isOnly = this.#ring.get(entry) === entry;
      if (isOnly || !severalTimes.has(job)) due.push(job);
      if (!isOnly) severalTimes.add(job);
      const rule = this.#rules.get(this.#rule.get(entry));
      this.#enqueue(entry, rule?.starts.firstAfter(now, this.#shareOf(entry, rule?.jitterSeed)));
    });
    return due;
  }

  #newEntry(job: JobId, hash: number, rule: number, after: Instant): number {
    let entry = this.#freeEntry;
    if (entry === none) entry = this.#jobs.length;
    else this.#freeEntry = this.#ring.get(entry);
    this.#jobs[entry] = job;
    this.#hash.set(entry, hash);
    this.#rule.set(entry, rule);
    this.#ring.set(entry, entry);
    const shared = this.#rules.get(rule);
    this.#enqueue(entry, shared?.starts.ofFirstAfter(after, this.#shareOf(entry, shared.jitterSeed)));
    return entry;
  }

  #freeUp(entry: number): void {
    this.#queue.delete(entry);
    this.#rules.release(this.#rule.get(entry));
    this.#jobs[entry] = '';
    this.#ring.set(entry, this.#freeEntry);
    this.#freeEntry = entry;
  }

  #enqueue(entry: number, at: Instant | undefined): void {
    if (at !== undefined) this.#queue.add(entry, at);
  }

  #shareOf(entry: number, seed: number | undefined): number {
    return seed === undefined ? 0 : jitterShare(this.#hash.get(entry), seed);
  }

  /** The slot of the job's first entry, or an empty slot. */
  #slotOf(job: JobId): number {
    const index = this.#byJob;
    let slot = index.slotOf(jobHash(job));
    while (index.at(slot) !== none && this.#jobs[index.at(slot)] !== job) slot = index.slotAfter(slot);
    return slot;
  }
}
