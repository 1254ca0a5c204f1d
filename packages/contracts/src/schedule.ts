import type { JobId } from './job.ts';
import type { DurationMs, Instant } from './time.ts';

/** A time of day without a date. */
export interface WallTime {
  /** 0 to 23 */
  readonly hour: number;
  /** 0 to 59 */
  readonly minute: number;
}

/** 0 is Sunday, as in cron. */
export type Weekday = 0 | 1 | 2 | 3 | 4 | 5 | 6;

/** Day of a month: a number (a month without it is skipped), the last day, or the last given weekday. */
export type MonthDay = number | 'last' | { readonly lastWeekday: Weekday };

/** When a job is due, without its zone. */
export type Recurrence =
  | { readonly type: 'manual' }
  | { readonly type: 'interval'; readonly everyMs: number }
  | { readonly type: 'hourly'; readonly minute: number }
  | { readonly type: 'daily'; readonly at: WallTime }
  | { readonly type: 'weekly'; readonly days: readonly Weekday[]; readonly at: WallTime }
  | { readonly type: 'monthly'; readonly day: MonthDay; readonly at: WallTime }
  | { readonly type: 'cron'; readonly expression: string };

/** A stretch of time that comes again every week, or one of whole dates. In the zone of its schedule. */
export type Period =
  | {
      readonly type: 'weekly';
      /** Days on which it begins; empty means every day. */
      readonly days: readonly Weekday[];
      readonly from: WallTime;
      /** Not included. At or before `from` it is on the next day. */
      readonly to: WallTime;
    }
  /** `YYYY-MM-DD`, both included. */
  | { readonly type: 'dates'; readonly from: string; readonly to: string };

/** What happens to slots that came while nobody was there to start them. */
export interface CatchUp {
  /** The newest one, all of them, or none. Every other one is recorded as missed. */
  readonly policy: 'run-once' | 'run-all' | 'skip';
  /** `run-all`: no more than this, the newest. */
  readonly atMost: number;
  /** A slot that is longer ago is missed; undefined means however long. */
  readonly withinMs: DurationMs | undefined;
}

/** When a job is due. */
export interface Schedule {
  readonly recurrence: Recurrence;
  /** IANA zone, such as `Europe/London`; an interval ignores it. */
  readonly zone: string;
  /** The words it was written in, for people. */
  readonly text: string;
  /** A run starts inside of one of these only; absent or empty: at any time. */
  readonly windows?: readonly Period[] | undefined;
  /** No run starts inside of one of these. */
  readonly blackouts?: readonly Period[] | undefined;
  /** A run starts up to this much after its slot, always by the same amount for the same job and host. */
  readonly jitterMs?: DurationMs | undefined;
  /** `run-once` if absent. */
  readonly catchUp?: CatchUp | undefined;
}

/** One due instant of a schedule. */
export interface Slot {
  readonly at: Instant;
  /** 0, or 1 for the second pass of a wall-clock time that exists twice. */
  readonly fold: 0 | 1;
  /** Unique within a job as long as its schedule is unchanged: the instant, the fold and the schedule's fingerprint. */
  readonly key: string;
}

/** Slots of a stretch of time. */
export interface SlotRange {
  /** The newest ones, oldest first. */
  readonly slots: readonly Slot[];
  /** How many older ones were left out, and when the first of these was due. */
  readonly left: { readonly count: number; readonly first: Instant } | undefined;
}

/** A stretch of time in which runs may start. */
export interface Opening {
  readonly from: Instant;
  /** Not included; `Infinity` if nothing ends it. */
  readonly to: Instant;
}

/** Finds due instants. Pure: the same arguments give the same answer on every machine with the same zone rules. */
export interface Calendar {
  /** Reads a phrase (`daily at 02:00`, `every 6h`), `manual`, or `cron: …`. Throws `schedule.*` with a hint. */
  parse(text: string, zone: string): Schedule;
  /** The first slot strictly after `after`, or undefined if there is none. */
  next(schedule: Schedule, after: Instant): Slot | undefined;
  /** The last slot at or before `at`, or undefined if there is none. */
  previous(schedule: Schedule, at: Instant): Slot | undefined;
  /** The slots after `after` and not after `until`; at most `limit` of them, the newest. */
  between(schedule: Schedule, after: Instant, until: Instant, limit: number): SlotRange;
  /**
   * The first stretch, at or after `at`, in which windows and blackouts let a run start; it begins at `at` if `at` is
   * inside. Undefined if there is none within a year and a month.
   */
  opening(schedule: Schedule, at: Instant): Opening | undefined;
  /** When the run of a slot starts at the earliest: jitter and windows applied. Undefined if it never may. */
  startOf(schedule: Schedule, slot: Slot, job: JobId, host: string): Instant | undefined;
  /** Reads `01:00-06:00`, `Sat,Sun 10:00-14:00`, `2026-12-24/2026-12-26`. Throws `schedule.*` with a hint. */
  parsePeriod(text: string): Period;
}

/** When many jobs are due next, in the order of time. Holds no timer: whoever has one asks it. */
export interface Timetable {
  readonly size: number;
  /** Adds or replaces a job; its slots after `after` count. */
  set(job: JobId, schedules: readonly Schedule[], after: Instant): void;
  delete(job: JobId): void;
  /** When the first job is due to start, jitter and windows applied; undefined if none ever is. */
  nextAt(): Instant | undefined;
  nextOf(job: JobId): Instant | undefined;
  /**
   * The jobs that are due at `now`, each once, the longest due first. They are then due again at their first start after
   * `now`: a slot that came already but whose jitter or window has not is still to come.
   */
  take(now: Instant): readonly JobId[];
}

/** Makes timetables. `host` is what jitter depends on beside the job. */
export interface Timetables {
  create(host: string): Timetable;
}
