import { isTimeZone, UmbraError, utcOffsetIn, type Instant } from '@umbracore/contracts';

export type Period = 'hourly' | 'daily' | 'weekly' | 'monthly' | 'yearly';

/** Names the hour, day, … that an instant is in: the same name for the same one, and never for two. */
export type Periods = Readonly<Record<Period, (time: Instant) => string>>;

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** Periods of the calendar in an IANA zone. Throws `schedule.zone` for an unknown one. */
export function periodsIn(zone: string): Periods {
  if (!isTimeZone(zone)) throw unknownZone(zone);
  const offsetAt = utcOffsetIn(zone);
  /** The zone's clock, in the UTC fields of a date. */
  const shown = (time: Instant): Date => new Date(time + offsetAt(time));
  return {
    // An hour that comes twice when clocks are set back is two hours.
    hourly: (time) => `${dayOf(shown(time))} ${shown(time).getUTCHours()} ${Math.floor(offsetAt(time) / minuteMs)}`,
    daily: (time) => dayOf(shown(time)),
    weekly: (time) => weekOf(shown(time)),
    monthly: (time) => `${shown(time).getUTCFullYear()}-${shown(time).getUTCMonth() + 1}`,
    yearly: (time) => `${shown(time).getUTCFullYear()}`,
  };
}

const unknownZone = (zone: string): UmbraError =>
  new UmbraError('schedule.zone', `There is no time zone ${JSON.stringify(zone)}`, {
    hint: 'Use an IANA name, such as Europe/Berlin.',
  });

const dayOf = (day: Date): string => `${day.getUTCFullYear()}-${day.getUTCMonth() + 1}-${day.getUTCDate()}`;

/** A week of ISO 8601 belongs to the year that its Thursday is in. */
function weekOf(day: Date): string {
  const weekday = (day.getUTCDay() + 6) % 7;
  const thursday = day.getTime() + (3 - weekday) * dayMs;
  const isoYear = new Date(thursday).getUTCFullYear();
  const week = 1 + Math.floor((thursday - Date.UTC(isoYear, 0, 1)) / (7 * dayMs));
  return `${isoYear} week ${week}`;
}
