import type { DurationMs, Instant } from './time.ts';

/**
 * Whether this machine knows an IANA zone of this name. The list of zones is asked first: it costs a millisecond, and the
 * first formatter of a process ten or more (Node 24).
 */
export function isTimeZone(name: string): boolean {
  // Newer engines also take plain offsets such as +02:00, which have no rules and are a typing mistake here.
  if (/^[+-]/.test(name)) return false;
  if (name === 'UTC' || Intl.supportedValuesOf('timeZone').includes(name)) return true;
  try {
    // The list leaves out other names of its zones, such as US/Eastern.
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** How far the clocks of a zone are ahead of UTC at an instant. */
export type UtcOffset = (at: Instant) => DurationMs;

let ownZone: string | undefined;

/**
 * Says which zone the local times of `Date` are in. Reading them off `Date` costs nothing; the first formatter of Intl takes 8 MB,
 * and as long as half a start of Node. Only the first call counts, as this process keeps the zone that it began with.
 */
export function declareOwnZone(name: string): void {
  ownZone ??= name;
}

/** The clock of an IANA zone. Throws a `RangeError` if there is none of this name. */
export function utcOffsetIn(zone: string): UtcOffset {
  if (zone === 'UTC') return () => 0;
  return zone === ownZone ? ownOffset : offsetBy(formatterOf(zone));
}

/** The offset of the zone that `Date` shows, to the second: zones of the past were not on whole minutes. */
export function ownOffset(at: Instant): DurationMs {
  const shown = new Date(at);
  const day = Date.UTC(shown.getFullYear(), shown.getMonth(), shown.getDate());
  const seconds = (shown.getHours() * 60 + shown.getMinutes()) * 60 + shown.getSeconds();
  return day + seconds * 1000 - wholeSecond(at);
}

// Intl knows the zones but not their offsets: the offset is read off the clock it prints, as `MM/DD/YYYY, hh:mm:ss`.
function offsetBy(formatter: Intl.DateTimeFormat): UtcOffset {
  return (at) => {
    const text = formatter.format(at);
    const field = (from: number, to: number): number => Number(text.slice(from, to));
    const shown = Date.UTC(field(6, 10), field(0, 2) - 1, field(3, 5), field(12, 14), field(15, 17), field(18, 20));
    return shown - wholeSecond(at);
  };
}

const wholeSecond = (at: Instant): Instant => Math.floor(at / 1000) * 1000;

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
}
