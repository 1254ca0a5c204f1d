import type { Instant, JobDefinition, Schedule, Slot } from '@umbracore/contracts';
import type { DecisionFacts } from '../decide.ts';
import type { SlotQuestion } from './account-slots.ts';
import { slotsOfSchedule } from './schedule-slots.ts';

type SlotFacts = Pick<DecisionFacts, 'due' | 'dueStart' | 'next' | 'nextStart' | 'opening'>;

interface Candidate {
  readonly slot: Slot;
  readonly schedule: Schedule;
  readonly isOwed: boolean;
  /** Undefined if it never starts. */
  readonly startAt: Instant | undefined;
}

export interface AheadQuestion extends SlotQuestion {
  /** Whether `now` is still to come. Until then whatever is due is taken to start on time. */
  readonly isAhead?: boolean | undefined;
}

/** What starts a job that has no run waiting: the newest slot that is owed and may start, else whichever starts first. */
export function slotsAhead(job: JobDefinition, cursor: Instant, question: AheadQuestion): SlotFacts {
  const { now } = question;
  const candidates = job.schedules.flatMap((schedule) => candidatesOf(job, schedule, cursor, question));
  const starting = candidates.filter(({ startAt }) => startAt !== undefined && startAt <= now);
  const chosen = starting.toSorted((one, other) => other.slot.at - one.slot.at)[0] ?? candidates.toSorted(byStart)[0];
  if (chosen === undefined) return { due: undefined, next: undefined };
  const { slot, schedule, startAt } = chosen;
  if (!chosen.isOwed) return { due: undefined, next: slot, nextStart: startAt ?? null };
  return { due: slot, dueStart: startAt, next: undefined, opening: openingOf(schedule, question) };
}

function candidatesOf(
  job: JobDefinition,
  schedule: Schedule,
  cursor: Instant,
  question: AheadQuestion,
): readonly Candidate[] {
  const { calendar, now, host, isAhead = false } = question;
  const startOf = (slot: Slot): Instant | undefined => calendar.startOf(schedule, slot, job.id, host);
  const owed = slotsOfSchedule(job, schedule, cursor, question).flatMap(
    ({ at, end, trigger }): readonly Candidate[] => {
      const isOwed = end === undefined && !(isAhead && trigger === 'catch-up');
      const slot = isOwed ? calendar.previous(schedule, at) : undefined;
      const start = slot && startOf(slot);
      const opens = calendar.opening(schedule, now)?.from;
      if (slot === undefined || start === undefined || opens === undefined) return [];
      return [{ slot, schedule, isOwed, startAt: Math.max(start, opens) }];
    },
  );
  const next = calendar.next(schedule, now);
  return next === undefined ? owed : [...owed, { slot: next, schedule, isOwed: false, startAt: startOf(next) }];
}

const byStart = (one: Candidate, other: Candidate): number =>
  one.startAt === other.startAt ? one.slot.at - other.slot.at : (one.startAt ?? Infinity) - (other.startAt ?? Infinity);

/** Undefined if it may start at any time; null if it never may. */
function openingOf(schedule: Schedule, { calendar, now }: SlotQuestion): DecisionFacts['opening'] {
  const { windows = [], blackouts = [] } = schedule;
  return windows.length + blackouts.length === 0 ? undefined : (calendar.opening(schedule, now) ?? null);
}
