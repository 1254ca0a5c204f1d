import { UmbraError, type Instant } from '@umbracore/contracts';

export type Period = 'hourly' | 'daily' | 'weekly' | 'monthly' | 'yearly';

/** Names the hour, day, … that an instant is in: the same name for the same one, and never for two. */
export type Periods = Readonly<Record<Period, (time: Instant) => string>>;

interface Civil {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
}

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** Periods of the calendar in an IANA zone. Throws `schedule.zone` for an unknown one. */
export function periodsIn(zone: string): Periods {
  const format = formatFor(zone);
  const civil = (time: Instant): Civil => civilOf(format, time);
  return {
    // An hour that comes twice when clocks are set back is two hours.
    hourly: (time) => `${dayOf(civil(time))} ${civil(time).hour} ${offsetOf(civil(time), time)}`,
    daily: (time) => dayOf(civil(time)),
    weekly: (time) => weekOf(civil(time)),
    monthly: (time) => `${civil(time).year}-${civil(time).month}`,
    yearly: (time) => `${civil(time).year}`,
  };
}

function formatFor(zone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', {
      calendar: 'gregory',
      numberingSystem: 'latn',
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    });
  } catch (error) {
    throw new UmbraError('schedule.zone', `There is no time zone ${JSON.stringify(zone)}`, {
      hint: 'Use an IANA name, such as Europe/Berlin.',
      cause: error,
    });
  }
}

function civilOf(format: Intl.DateTimeFormat, time: Instant): Civil {
  const parts = Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0 } = parts;
  return { year, month, day, hour, minute };
}

const dayOf = ({ year, month, day }: Civil): string => `${year}-${month}-${day}`;

/** Minutes between the zone's clock and UTC. */
const offsetOf = ({ year, month, day, hour, minute }: Civil, time: Instant): number =>
  Date.UTC(year, month - 1, day, hour, minute) / minuteMs - Math.floor(time / minuteMs);

/** A week of ISO 8601 belongs to the year that its Thursday is in. */
function weekOf({ year, month, day }: Civil): string {
  const midnight = Date.UTC(year, month - 1, day);
  const weekday = (new Date(midnight).getUTCDay() + 6) % 7;
  const thursday = midnight + (3 - weekday) * dayMs;
  const isoYear = new Date(thursday).getUTCFullYear();
  const week = 1 + Math.floor((thursday - Date.UTC(isoYear, 0, 1)) / (7 * dayMs));
  return `${isoYear} week ${week}`;
}
