import type { AccountedEnd, Calendar, Instant, JobDefinition, RepositoryName } from '@umbracore/contracts';
import { roomOf, slotsOfSchedule } from './schedule-slots.ts';

/** A slot with what becomes of it. */
export interface AccountedSlot {
  readonly key: string;
  readonly at: Instant;
  readonly trigger: 'schedule' | 'catch-up' | 'chain';
  /** Of this repository of the job only. */
  readonly repository?: RepositoryName | undefined;
  /** Undefined if it is to be started. */
  readonly end: AccountedEnd | undefined;
}

export interface SlotQuestion {
  readonly now: Instant;
  readonly calendar: Calendar;
  /** What jitter depends on beside the job. */
  readonly host: string;
  /** What is due beside the schedules, such as after the end of another job. */
  readonly also?: readonly AccountedSlot[] | undefined;
  /**
   * Keys of slots that have a record although they are still to come: the clock was set back behind them. They are due once
   * more then, as another pass of the same time.
   */
  readonly recorded?: ReadonlySet<string> | undefined;
}

/** What became of all slots of a job between two instants. */
export interface SlotAccount {
  readonly from: Instant | undefined;
  readonly until: Instant;
  /** Oldest first. */
  readonly slots: readonly AccountedSlot[];
}

/**
 * What becomes of every slot of a job after its cursor and until now. A job that is seen for the first time owes nothing, and
 * the slots of a disabled one go by.
 */
export function accountSlots(job: JobDefinition, cursor: Instant | undefined, question: SlotQuestion): SlotAccount {
  const { now, calendar, also = [] } = question;
  if (cursor === undefined) return { from: cursor, until: now, slots: [] };
  const until = now < cursor && !setBackFar(job, cursor, now, calendar) ? cursor : now;
  if (!job.enabled) return { from: cursor, until, slots: [] };
  const scheduled = job.schedules.flatMap((schedule) => slotsOfSchedule(job, schedule, cursor, question));
  return { from: cursor, until, slots: newestOnly([...scheduled, ...also].sort(byTime), roomOf(job)) };
}

/**
 * Whether the clock was set back by more than one interval of the job. Within one it is waited for: the slots that come again
 * have their records, and the next one is late by no more than an interval. Behind that, waiting could take years.
 */
const setBackFar = ({ schedules }: JobDefinition, cursor: Instant, now: Instant, calendar: Calendar): boolean =>
  schedules.some((schedule) => {
    const first = calendar.next(schedule, now);
    const second = first && calendar.next(schedule, first.at);
    return second !== undefined && second.at <= cursor;
  });

/**
 * Of the slots to be started at a repository the newest, whichever schedule they are of: the others would do the same again.
 * Oldest first.
 */
function newestOnly(slots: readonly AccountedSlot[], room: number): readonly AccountedSlot[] {
  const owed = slots.filter(({ end }) => end === undefined);
  const newer = new NewerSlots();
  const tooMany = new Set<AccountedSlot>();
  for (const slot of owed.toReversed()) {
    if (newer.count(slot) >= room) tooMany.add(slot);
    newer.add(slot);
  }
  return tooMany.size === 0 ? slots : slots.map((slot) => (tooMany.has(slot) ? { ...slot, end: superseded } : slot));
}

/** How many slots there are that do all of what another one would do. */
class NewerSlots {
  #everywhere = 0;
  readonly #at = new Map<RepositoryName, number>();

  add({ repository }: AccountedSlot): void {
    if (repository === undefined) this.#everywhere += 1;
    else this.#at.set(repository, (this.#at.get(repository) ?? 0) + 1);
  }

  count({ repository }: AccountedSlot): number {
    return this.#everywhere + (repository === undefined ? 0 : (this.#at.get(repository) ?? 0));
  }
}

const superseded: AccountedEnd = {
  outcome: 'skipped',
  because: { code: 'superseded', text: 'A newer slot of the job took its place', alsoStandsFor: null },
};

const byTime = (one: AccountedSlot, other: AccountedSlot): number => one.at - other.at;
