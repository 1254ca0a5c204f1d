import type { Calendar, Instant, JobId, Schedule, Slot, Timetable, Timetables } from '@umbracore/contracts';

interface Entry {
  readonly schedule: Schedule;
  at: Instant | undefined;
}

/** Timetables that ask a calendar for everything, in the fewest lines. */
export const fakeTimetables = (calendar: Calendar): Timetables => ({
  create: (host) => new FakeTimetable(calendar, host),
});

class FakeTimetable implements Timetable {
  readonly #calendar: Calendar;
  readonly #host: string;
  readonly #jobs = new Map<JobId, { readonly entries: readonly Entry[]; at: Instant }>();
  /** By time. */
  #order: { readonly job: JobId; readonly at: Instant }[] = [];

  constructor(calendar: Calendar, host: string) {
    this.#calendar = calendar;
    this.#host = host;
  }

  get size(): number {
    return this.#jobs.size;
  }

  set(job: JobId, schedules: readonly Schedule[], after: Instant): void {
    this.delete(job);
    const entries = schedules.map((schedule) => ({ schedule, at: this.#startAfter(job, schedule, after) }));
    this.#jobs.set(job, { entries, at: earliest(entries) });
    this.#enter(job);
  }

  delete(job: JobId): void {
    if (!this.#jobs.delete(job)) return;
    this.#order = this.#order.filter((one) => one.job !== job);
  }

  nextAt(): Instant | undefined {
    return this.#order[0]?.at;
  }

  nextOf(job: JobId): Instant | undefined {
    const at = this.#jobs.get(job)?.at;
    return at === Infinity ? undefined : at;
  }

  take(now: Instant): readonly JobId[] {
    const count = this.#order.findIndex(({ at }) => at > now);
    const due = this.#order.splice(0, count === -1 ? this.#order.length : count).map(({ job }) => job);
    for (const job of due) {
      const known = this.#jobs.get(job);
      for (const entry of known?.entries ?? []) {
        if ((entry.at ?? Infinity) <= now) entry.at = this.#startAfter(job, entry.schedule, now);
      }
      if (known !== undefined) known.at = earliest(known.entries);
      this.#enter(job);
    }
    return due;
  }

  #enter(job: JobId): void {
    const at = this.#jobs.get(job)?.at ?? Infinity;
    if (at === Infinity) return;
    let [low, high] = [0, this.#order.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#order[middle]?.at ?? 0) <= at) low = middle + 1;
      else high = middle;
    }
    this.#order.splice(low, 0, { job, at });
  }

  #startAfter(job: JobId, schedule: Schedule, after: Instant): Instant | undefined {
    const slot: Slot | undefined = this.#calendar.next(schedule, after);
    return slot && this.#calendar.startOf(schedule, slot, job, this.#host);
  }
}

const earliest = (entries: readonly Entry[]): Instant => Math.min(...entries.map(({ at }) => at ?? Infinity));
