import type { Instant } from './time.ts';

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

/** When a job is due. */
export interface Schedule {
  readonly recurrence: Recurrence;
  /** IANA zone, such as `Europe/London`; an interval ignores it. */
  readonly zone: string;
  /** The words it was written in, for people. */
  readonly text: string;
}

/** One due instant of a schedule. */
export interface Slot {
  readonly at: Instant;
  /** 0, or 1 for the second pass of a wall-clock time that exists twice. */
  readonly fold: 0 | 1;
  /** Unique within a job as long as its schedule is unchanged: the instant, the fold and the schedule's fingerprint. */
  readonly key: string;
}

/** Finds due instants. Pure: the same arguments give the same answer on every machine with the same zone rules. */
export interface Calendar {
  /** Reads a phrase (`daily at 02:00`, `every 6h`), `manual`, or `cron: …`. Throws `schedule.*` with a hint. */
  parse(text: string, zone: string): Schedule;
  /** The first slot strictly after `after`, or undefined if there is none. */
  next(schedule: Schedule, after: Instant): Slot | undefined;
  /** The last slot at or before `at`, or undefined if there is none. */
  previous(schedule: Schedule, at: Instant): Slot | undefined;
}
