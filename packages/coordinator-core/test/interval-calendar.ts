import { aCalendar } from '@umbracore/testkit';
import type { Calendar, CatchUp, Instant, Period, Schedule, Slot, WallTime } from '@umbracore/contracts';

const minute = 60_000;
const day = 24 * 60 * minute;

/** A schedule of every so many milliseconds since 1970, as `intervalCalendar` understands it. */
export function every(everyMs: number, rest: Partial<Schedule> = {}): Schedule {
  return { recurrence: { type: 'interval', everyMs }, zone: 'UTC', text: `every ${everyMs} ms`, ...rest };
}

/** From and to in whole hours of each day, in UTC. */
export const daily = (from: number, to: number): Period => ({
  type: 'weekly',
  days: [],
  from: { hour: from, minute: 0 },
  to: { hour: to, minute: 0 },
});

export const catchUp = (policy: CatchUp['policy'], atMost = 1, withinMs?: number): Partial<Schedule> => ({
  catchUp: { policy, atMost, withinMs },
});

/** A calendar of intervals and daily windows, in the fewest lines. Jitter is always the whole of it. */
export const intervalCalendar: Calendar = aCalendar({
  next: (schedule, after) => slotAt(schedule, Math.floor(after / stepOf(schedule)) + 1),
  previous: (schedule, at) => slotAt(schedule, Math.floor(at / stepOf(schedule))),
  between(schedule, after, until, limit) {
    const step = stepOf(schedule);
    const first = Math.floor(after / step) + 1;
    const last = Math.floor(until / step);
    const from = Math.max(first, last - limit + 1);
    const slots = Array.from({ length: Math.max(0, last - from + 1) }, (_, index) => slotAt(schedule, from + index));
    return { slots, left: from > first ? { count: from - first, first: first * step } : undefined };
  },
  opening,
  startOf: (schedule, slot) => opening(schedule, slot.at + (schedule.jitterMs ?? 0))?.from,
});

function stepOf({ recurrence }: Schedule): number {
  return recurrence.type === 'interval' ? recurrence.everyMs : Infinity;
}

function slotAt(schedule: Schedule, index: number): Slot {
  const step = stepOf(schedule);
  return { at: index * step, fold: 0, key: `${index * step}/${step}` };
}

function opening(schedule: Schedule, at: Instant): { from: Instant; to: Instant } | undefined {
  const { windows = [], blackouts = [] } = schedule;
  if (windows.length === 0 && blackouts.length === 0) return { from: at, to: Infinity };
  const edges = [...windows, ...blackouts].flatMap((period) =>
    period.type === 'weekly' ? [msOf(period.from), msOf(period.to)] : [],
  );
  let from: Instant | undefined;
  for (let moment = at; moment < at + 400 * day; moment = nextEdge(edges, moment)) {
    const isOpen = (windows.length === 0 || windows.some(holds(moment))) && !blackouts.some(holds(moment));
    if (isOpen) from ??= moment;
    else if (from !== undefined) return { from, to: moment };
  }
  return from === undefined ? undefined : { from, to: Infinity };
}

const msOf = ({ hour, minute: minutes }: WallTime): number => (hour * 60 + minutes) * minute;

const holds =
  (moment: Instant) =>
  (period: Period): boolean => {
    if (period.type !== 'weekly') return false;
    const time = moment % day;
    const [from, to] = [msOf(period.from), msOf(period.to)];
    return from < to ? time >= from && time < to : time >= from || time < to;
  };

function nextEdge(edges: readonly number[], moment: Instant): Instant {
  const midnight = moment - (moment % day);
  return Math.min(...edges.flatMap((edge) => [midnight + edge, midnight + day + edge]).filter((edge) => edge > moment));
}
