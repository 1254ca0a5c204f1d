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
  readonly #jobs = new Map<JobId, readonly Entry[]>();
  /** Undefined after a change. */
  #first: Instant | undefined;

  constructor(calendar: Calendar, host: string) {
    this.#calendar = calendar;
    this.#host = host;
  }

  get size(): number {
    return this.#jobs.size;
  }

  set(job: JobId, schedules: readonly Schedule[], after: Instant): void {
    this.#first = undefined;
    this.#jobs.set(
      job,
      schedules.map((schedule) => ({ schedule, at: this.#startAfter(job, schedule, after) })),
    );
  }

  delete(job: JobId): void {
    this.#first = undefined;
    this.#jobs.delete(job);
  }

  nextAt(): Instant | undefined {
    this.#first ??= Math.min(...[...this.#jobs.values()].map(earliest));
    return this.#first === Infinity ? undefined : this.#first;
  }

  nextOf(job: JobId): Instant | undefined {
    const at = earliest(this.#jobs.get(job) ?? []);
    return at === Infinity ? undefined : at;
  }

  take(now: Instant): readonly JobId[] {
    if ((this.nextAt() ?? Infinity) > now) return [];
    this.#first = undefined;
    const due = [...this.#jobs].filter(([, entries]) => earliest(entries) <= now);
    for (const [job, entries] of due) {
      for (const entry of entries) {
        if ((entry.at ?? Infinity) <= now) entry.at = this.#startAfter(job, entry.schedule, now);
      }
    }
    return due.map(([job]) => job);
  }

  #startAfter(job: JobId, schedule: Schedule, after: Instant): Instant | undefined {
    const slot: Slot | undefined = this.#calendar.next(schedule, after);
    return slot && this.#calendar.startOf(schedule, slot, job, this.#host);
  }
}

const earliest = (entries: readonly Entry[]): Instant => Math.min(...entries.map(({ at }) => at ?? Infinity));
