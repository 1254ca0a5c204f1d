import type { CatchUp, DurationMs, Instant, JobDefinition, ReasonCode, Schedule, Slot } from '@umbracore/contracts';
import type { AccountedSlot, SlotQuestion } from './account-slots.ts';

/** A slot that is started later than this was not started on time: nobody was there, and the catch-up rule decides. */
export const lateAfterMs: DurationMs = 60_000;

/** So many slots of one schedule are looked at one by one; what lies before them is counted as missed. */
const lookedAt = 1000;

const usual: CatchUp = { policy: 'run-once', atMost: 1, withinMs: undefined };

/** How many slots of a schedule are started when several are owed. */
const roomIn = ({ policy, atMost }: CatchUp): number => (policy === 'run-all' ? Math.max(1, atMost) : 1);

/** How many slots of a job may wait to be started, over all its schedules. */
export const roomOf = ({ schedules }: JobDefinition): number =>
  Math.max(1, ...schedules.map(({ catchUp = usual }) => roomIn(catchUp)));

interface Loss {
  readonly lost: ReasonCode;
  readonly text: string;
  /** Whether it is the fate of every older slot as well. */
  readonly ofAll: boolean;
}

type Fate = { readonly trigger: 'schedule' | 'catch-up' } | Loss;

/** What becomes of the slots of one schedule after `from` and not after now. A lost stretch is one record, of its newest. */
export function slotsOfSchedule(
  job: JobDefinition,
  schedule: Schedule,
  from: Instant,
  question: SlotQuestion,
): readonly AccountedSlot[] {
  const { calendar, now } = question;
  const { catchUp = usual } = schedule;
  const owed: AccountedSlot[] = [];
  const lost = new LostSlots();
  let rest: Loss = { lost: 'catch-up', text: catchUpText(catchUp), ofAll: true };
  let slot = calendar.previous(schedule, now);
  for (let looked = 0; slot !== undefined && slot.at > from && looked < lookedAt; looked++) {
    const fate = fateOf(job, schedule, slot, question);
    if ('lost' in fate && fate.ofAll) {
      rest = fate;
      break;
    }
    if ('lost' in fate) lost.add(fate, slot);
    else if (owed.length >= roomIn(catchUp)) break;
    else owed.push({ ...fate, key: keyOf(slot, fate, question), at: slot.at, end: undefined });
    slot = calendar.previous(schedule, slot.at - 1);
  }
  if (slot !== undefined && slot.at > from) lost.add(rest, slot, calendar.between(schedule, from, slot.at, 1).left);
  return [...owed, ...lost.records()];
}

function fateOf(job: JobDefinition, schedule: Schedule, slot: Slot, question: SlotQuestion): Fate {
  const { calendar, now, host } = question;
  const { catchUp = usual } = schedule;
  const start = calendar.startOf(schedule, slot, job.id, host);
  if (start === undefined) return never;
  // Jitter alone does not move a slot to another opening.
  const moved = start > slot.at + (schedule.jitterMs ?? 0);
  if (moved && comesAgain(job, schedule, slot.at, start, question)) return replaced;
  if (now - start <= lateAfterMs) return { trigger: 'schedule' };
  if (catchUp.policy === 'skip' || (catchUp.withinMs !== undefined && now - start > catchUp.withinMs)) {
    return { lost: 'catch-up', text: catchUpText(catchUp), ofAll: true };
  }
  const opening = calendar.opening(schedule, now);
  if (opening === undefined) return never;
  if (opening.from > now && comesAgain(job, schedule, now, opening.from, question)) return overtaken;
  return { trigger: 'catch-up' };
}

const never: Loss = { lost: 'window', text: 'No window of the job is open within a year', ofAll: false };
const replaced: Loss = {
  lost: 'window',
  text: 'It was outside of the windows of the job, and the next slot starts in the same one',
  ofAll: false,
};
const overtaken: Loss = {
  lost: 'superseded',
  text: 'Nobody was there to start it, and a newer slot comes before the next window opens',
  ofAll: true,
};

/** Whether the first slot after `after` starts before the windows that are open at `opens` close. */
function comesAgain(
  job: JobDefinition,
  schedule: Schedule,
  after: Instant,
  opens: Instant,
  { calendar, host }: SlotQuestion,
): boolean {
  const next = calendar.next(schedule, after);
  const start = next && calendar.startOf(schedule, next, job.id, host);
  const closes = calendar.opening(schedule, opens)?.to;
  return start !== undefined && closes !== undefined && start < closes;
}

function catchUpText({ policy, withinMs }: CatchUp): string {
  const nobody = 'Nobody was there to start it';
  if (policy === 'skip') return `${nobody}, and the job does not catch up`;
  if (withinMs === undefined) return `${nobody}, and newer slots take its place`;
  return `${nobody} before it was too late or newer slots took its place`;
}

/** A slot that is due on time although it has a record has come again, because the clock was set back. */
function keyOf({ key }: Slot, { trigger }: { readonly trigger: string }, { recorded }: SlotQuestion): string {
  if (trigger === 'catch-up' || recorded?.has(key) !== true) return key;
  let pass = 2;
  while (recorded.has(`${key}~${pass}`)) pass += 1;
  return `${key}~${pass}`;
}

interface Stretch {
  readonly text: string;
  readonly newest: Slot;
  count: number;
  first: Instant;
}

/** Slots that nobody starts, by reason. Added newest first. */
class LostSlots {
  readonly #stretches = new Map<ReasonCode, Stretch>();

  add({ lost, text }: Loss, slot: Slot, older?: { readonly count: number; readonly first: Instant }): void {
    const stretch = this.#stretches.get(lost) ?? { text, newest: slot, count: -1, first: slot.at };
    stretch.count += 1 + (older?.count ?? 0);
    stretch.first = older?.first ?? slot.at;
    this.#stretches.set(lost, stretch);
  }

  records(): readonly AccountedSlot[] {
    return [...this.#stretches].map(([code, { text, newest, count, first }]) => {
      const alsoStandsFor = count === 0 ? null : { count, first };
      const end = { outcome: 'missed', because: { code, text, alsoStandsFor } } as const;
      return { key: newest.key, at: newest.at, trigger: 'schedule', end };
    });
  }
}
