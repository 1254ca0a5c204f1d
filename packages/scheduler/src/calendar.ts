import type { Calendar, Instant, Schedule, Slot, SlotRange } from '@umbracore/contracts';
import { demandTime } from './demand-time.ts';
import { fingerprintOf } from './fingerprint.ts';
import { jitterSeed, jitterShare, jobHash } from './jitter.ts';
import { longestClosedMs, openingsOf } from './openings.ts';
import { parsePeriod } from './period-phrase.ts';
import { parsePhrase } from './phrase.ts';
import { ruleOf } from './rule.ts';
import { type SlotFinder, slotsOf } from './slots.ts';
import { Starts } from './starts.ts';
import { isSecondPass, zoneOf } from './zone.ts';

/**
 * Finds the due instants of schedules.
 *
 * - A wall-clock time (daily, weekly, monthly, a cron expression without stars and steps in its first two fields) comes
 *   exactly once on every date that exists in the zone: a time that the clock leaps over comes at the first minute after
 *   the leap, a time that it shows twice comes the first time.
 * - `hourly` and cron expressions with a star or a step there come whenever the clock shows them.
 * - An interval is counted from 1970-01-01T00:00Z in elapsed time, so that a restart does not move it.
 */
export const calendar: Calendar = {
  parse(text, zone) {
    zoneOf(zone);
    const recurrence = parsePhrase(text);
    ruleOf(recurrence);
    return { recurrence, zone, text: text.trim() };
  },
  next,
  previous(schedule, at) {
    demandTime(at);
    return slotAt(schedule, slotsOf(schedule).until(at));
  },
  between,
  opening(schedule, at) {
    demandTime(at);
    const turn = openingsOf(schedule).turnAt(at);
    if (!turn || turn.from - at > longestClosedMs) return undefined;
    return { from: Math.max(at, turn.from), to: turn.to };
  },
  startOf(schedule, { at }, job, host) {
    const isShifted = (schedule.jitterMs ?? 0) > 0;
    const share = isShifted ? jitterShare(jobHash(job), jitterSeed(fingerprintOf(schedule), host)) : 0;
    return new Starts(schedule).of(at, share);
  },
  parsePeriod,
};

interface KnownNext {
  readonly after: Instant;
  readonly slot: Slot | undefined;
}

/** The last answer for each schedule: up to its slot the next question has the same one, and most questions are that one again. */
const known = new WeakMap<Schedule, KnownNext>();

function next(schedule: Schedule, after: Instant): Slot | undefined {
  const last = known.get(schedule);
  if (last !== undefined && after >= last.after && after < (last.slot?.at ?? Infinity)) return last.slot;
  demandTime(after);
  const slot = slotAt(schedule, slotsOf(schedule).after(after));
  known.set(schedule, { after, slot });
  return slot;
}

function between(schedule: Schedule, after: Instant, until: Instant, limit: number): SlotRange {
  demandTime(after);
  demandTime(until);
  const finder = slotsOf(schedule);
  const newest: Instant[] = [];
  let last = finder.until(until);
  for (; last !== undefined && last > after && newest.length < limit; last = finder.until(last - 1)) newest.push(last);
  const slots = newest.toReversed().flatMap((at) => slotAt(schedule, at) ?? []);
  return { slots, left: last === undefined ? undefined : leftBetween(finder, after, last) };
}

/** What is after `after` and not after `last`, which is a slot. */
function leftBetween(finder: SlotFinder, after: Instant, last: Instant): SlotRange['left'] {
  const first = finder.after(after);
  if (first === undefined || first > last) return undefined;
  return { count: finder.count(first, last), first };
}

function slotAt(schedule: Schedule, at: Instant | undefined): Slot | undefined {
  if (at === undefined) return undefined;
  const isRepeated = schedule.recurrence.type !== 'interval' && isSecondPass(zoneOf(schedule.zone), at);
  const fold = isRepeated ? 1 : 0;
  return { at, fold, key: `${new Date(at).toISOString()}/${fold}/${fingerprintOf(schedule)}` };
}
