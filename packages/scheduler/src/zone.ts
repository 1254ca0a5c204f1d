import {
  closest,
  type DurationMs,
  type Instant,
  isTimeZone,
  UmbraError,
  type UtcOffset,
  utcOffsetIn,
} from '@umbracore/contracts';
import { type DayNumber, type LocalTime, dayMs, dayOf, hourMs, minuteMs } from './civil.ts';

/** A stretch of time, `from` included and `to` not, in which a zone keeps one distance from UTC. */
export interface Segment {
  readonly from: Instant;
  readonly to: Instant;
  /** Local time minus UTC. */
  readonly offset: DurationMs;
  /** All times before this one were shown, or leapt over, before `from`. */
  readonly shown: LocalTime;
}

/** How the clocks of one zone run. */
export interface Zone {
  /** The stretch that holds an instant. Neighbours may have the same offset. */
  segmentAt(at: Instant): Segment;
  /**
   * The first instant at which the zone's clock shows `local`, or, if a clock change leaps over it, the first whole minute
   * after the leap. Never goes down when `local` goes up.
   */
  firstAt(local: LocalTime): Instant;
}

// No zone was ever further from UTC than this; 16 hours on both sides make room for a date line that moves.
const furthestOffset = 16 * hourMs;

// Changes that lie closer together than this would be missed. The closest since 1970 are 12 days apart (Tucumán 2004).
const sampleMs = 3 * dayMs;

const zones = new Map<string, Zone>();

/** The zone of this name. Throws `schedule.zone` if there is none. */
export function zoneOf(name: string): Zone {
  const known = zones.get(name);
  if (known) return known;
  if (!isTimeZone(name)) throw unknownZone(name);
  const zone = newZone(name);
  zones.set(name, zone);
  return zone;
}

export function localAt(zone: Zone, at: Instant): LocalTime {
  return at + zone.segmentAt(at).offset;
}

/** False for a date that a zone left out, such as 30 December 2011 in Samoa. */
export function dateExists(zone: Zone, day: DayNumber): boolean {
  return dayOf(localAt(zone, zone.firstAt(day * dayMs))) === day;
}

/** Whether the clock showed the time of this instant before. */
export function isSecondPass(zone: Zone, at: Instant): boolean {
  return zone.firstAt(localAt(zone, at)) < at;
}

/** The latest time that the clock of a zone has shown up to an instant: earlier than now if it was put back. */
export function latestShown(zone: Zone, at: Instant): LocalTime {
  const { from, offset, shown } = zone.segmentAt(at);
  const local = at + offset;
  // The rest of a minute in which a leap ends belongs to the leap.
  const isLeap = from + offset > shown && local < wholeMinute(from + offset);
  return isLeap ? shown - 1 : Math.max(local, shown - 1);
}

function newZone(name: string): Zone {
  // Made when the first offset is asked for: reading a configuration needs none.
  let offsetAt: UtcOffset | undefined;
  const years = new Map<number, readonly Segment[]>();
  const find = (at: Instant): Segment => {
    const year = new Date(at).getUTCFullYear();
    const segments = years.get(year) ?? segmentsOf(year, (offsetAt ??= utcOffsetIn(name)));
    years.set(year, segments);
    const segment = segments.find(({ to }) => at < to);
    if (!segment) throw new UmbraError('internal', `no zone segment holds ${at}`);
    return segment;
  };
  // Neighbouring questions are about the same stretch.
  let last: Segment = { from: 0, to: 0, offset: 0, shown: 0 };
  const segmentAt = (at: Instant): Segment => (at >= last.from && at < last.to ? last : (last = find(at)));
  const firstAt = (local: LocalTime): Instant => {
    const at = local - last.offset;
    if (local >= last.shown && at >= last.from && at < last.to) return at;
    for (let segment = segmentAt(local - furthestOffset); ; segment = segmentAt(segment.to)) {
      const at = shownFrom(segment, local);
      if (at < segment.to) return at;
    }
  };
  return { segmentAt, firstAt };
}

/** When a segment shows a time, or the first whole minute of the segment if it begins later than that. */
function shownFrom({ from, offset }: Segment, local: LocalTime): Instant {
  return local - offset >= from ? local - offset : wholeMinute(from + offset) - offset;
}

function wholeMinute(local: LocalTime): LocalTime {
  return Math.ceil(local / minuteMs) * minuteMs;
}

/** The segments of one UTC year, found by sampling and then halving down to the second. */
function segmentsOf(year: number, offsetAt: UtcOffset): readonly Segment[] {
  const [start, end] = [Date.UTC(year, 0), Date.UTC(year + 1, 0)];
  const segments: Segment[] = [];
  // Clocks that were put back before the year are still behind what they have shown.
  let from = start - sampleMs;
  let offset = offsetAt(from);
  let shown = from + offset;
  const close = (to: Instant) => {
    if (to > start) {
      const cut = Math.max(from, start);
      segments.push({ from: cut, to, offset, shown: Math.max(shown, cut > from ? cut + offset : shown) });
    }
    shown = Math.max(shown, to + offset);
    from = to;
  };
  for (let before = from; before < end; before += sampleMs) {
    const after = Math.min(before + sampleMs, end);
    const next = offsetAt(after);
    if (next === offset) continue;
    const change = changeBetween(before, after, offset, offsetAt);
    if (change > from) close(change);
    offset = next;
  }
  if (from < end) close(end);
  return segments;
}

function changeBetween(before: Instant, after: Instant, offset: DurationMs, offsetAt: UtcOffset): Instant {
  let low = before / 1000;
  let high = after / 1000;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(middle * 1000) === offset) low = middle;
    else high = middle;
  }
  return high * 1000;
}

function unknownZone(name: string): UmbraError {
  const guess = closest(name, ['UTC', ...Intl.supportedValuesOf('timeZone')]);
  return new UmbraError('schedule.zone', `there is no time zone "${name}"`, {
    hint: guess ? `Did you mean ${guess}?` : 'Write an IANA name such as Europe/London, or UTC.',
    context: { zone: name },
  });
}
