import type { Instant, JobDefinition, JobId, Timetable } from '@umbracore/contracts';
import type { CoordinatorPorts } from '../ports.ts';
import type { Registry } from '../registry.ts';

/** When each job is due next by its schedules, counted from its cursor. */
export class Timeline {
  readonly #ports: CoordinatorPorts;
  readonly #registry: Registry;
  readonly #cursors = new Map<JobId, Instant>();
  readonly #firstSeen = new Map<JobId, Instant>();
  #timetable: Timetable;
  /** Whether there may be jobs without a cursor. */
  #incomplete = true;
  /** How many jobs should be in the timetable; undefined until they are counted anew. */
  #owed: number | undefined;

  constructor(ports: CoordinatorPorts, registry: Registry) {
    this.#ports = ports;
    this.#registry = registry;
    this.#timetable = ports.timetables.create(ports.host);
  }

  /** Reads the cursors from the store. */
  async readCursors(): Promise<void> {
    for (const [job, cursor] of await this.#ports.store.cursors()) this.#cursors.set(job, cursor);
    for (const [job, seen] of await this.#ports.store.firstSeen()) this.#firstSeen.set(job, seen);
    this.#owed = undefined;
  }

  /** Somebody else has moved the cursors of these jobs. */
  async catchUp(jobs: readonly JobId[]): Promise<void> {
    await this.readCursors();
    for (const job of jobs) this.planJob(job);
  }

  cursorOf(job: JobId): Instant | undefined {
    return this.#cursors.get(job);
  }

  /** Since when something is owed to it; undefined if that is not known. */
  firstSeen(job: JobId): Instant | undefined {
    return this.#firstSeen.get(job);
  }

  /** Plans every job from its cursor. */
  plan(): void {
    this.#timetable = this.#ports.timetables.create(this.#ports.host);
    for (const job of this.#registry.jobs()) this.planJob(job.id);
    this.#incomplete = true;
    this.#owed = undefined;
  }

  planJob(id: JobId): void {
    const job = this.#registry.find(id);
    const cursor = this.#cursors.get(id);
    if (job?.enabled === true && cursor !== undefined) this.#timetable.set(id, job.schedules, cursor);
    else this.#timetable.delete(id);
  }

  /** Its slots have been accounted for until then, in the store too. */
  move(job: JobId, until: Instant, now: Instant): void {
    const from = this.#cursors.get(job);
    this.#cursors.set(job, until);
    if (from === undefined) {
      this.#firstSeen.set(job, until);
      this.#owed = undefined;
    }
    // Whoever was taken is planned from then on, which is wrong only if its cursor was not before now.
    if (from === undefined || from > now) this.planJob(job);
  }

  nextAt(): Instant | undefined {
    return this.#timetable.nextAt();
  }

  nextOf(job: JobId): Instant | undefined {
    return this.#timetable.nextOf(job);
  }

  /** The jobs that are due, and those that were never seen before. */
  take(now: Instant): readonly JobId[] {
    const due = this.#timetable.take(now);
    if (!this.#incomplete) return due;
    const unseen = this.#registry.jobs().filter(({ id }) => !this.#cursors.has(id));
    this.#incomplete = unseen.length > 0;
    return [...due, ...unseen.map(({ id }) => id)];
  }

  /** Enabled jobs with schedules that have been lost, or, looked at thoroughly, come too late. They are planned again. */
  repair(now: Instant, thoroughly: boolean): readonly JobId[] {
    this.#owed ??= [...this.#registry.all()].filter((job) => job.enabled && this.#cursors.has(job.id)).length;
    // As many as there should be: none is lost.
    if (!thoroughly && this.#timetable.size === this.#owed) return [];
    const repaired: JobId[] = [];
    for (const job of this.#registry.all()) {
      if (!job.enabled || job.schedules.length === 0) continue;
      const planned = this.#timetable.nextOf(job.id);
      if (planned !== undefined && !thoroughly) continue;
      const cursor = this.#cursors.get(job.id);
      if (cursor === undefined) continue;
      const wanted = this.#startAfter(job, Math.max(now, cursor));
      if (wanted === undefined || (planned !== undefined && planned <= wanted)) continue;
      this.planJob(job.id);
      repaired.push(job.id);
    }
    return repaired;
  }

  #startAfter({ id, schedules }: JobDefinition, after: Instant): Instant | undefined {
    const { calendar, host } = this.#ports;
    const starts = schedules.flatMap((schedule) => {
      const slot = calendar.next(schedule, after);
      return (slot && calendar.startOf(schedule, slot, id, host)) ?? [];
    });
    return starts.length === 0 ? undefined : Math.min(...starts);
  }
}
