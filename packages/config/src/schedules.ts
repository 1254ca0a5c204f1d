import { isTimeZone, UmbraError, type Calendar, type Schedule } from '@umbracore/contracts';
import { weekdays, type ScheduleInput } from './schema.ts';

const list = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? (value as readonly T[]) : [value as T];

const refuse = (message: string, hint: string): UmbraError => new UmbraError('schedule.syntax', message, { hint });

/** Throws `schedule.zone` if the machine knows no such zone. */
export function checkZone(zone: string): void {
  if (isTimeZone(zone)) return;
  const message = `"${zone}" is not a time zone`;
  throw new UmbraError('schedule.zone', message, { hint: 'write an IANA name, such as Europe/London' });
}

/** Reads one schedule as it is written; several days of a month give several. Throws `schedule.*`. */
export function toSchedules(
  written: string | ScheduleInput,
  timezone: string,
  calendar: Calendar,
): readonly Schedule[] {
  if (typeof written === 'string') return [calendar.parse(written, timezone)];
  const zone = written.zone ?? timezone;
  checkZone(zone);
  checkWays(written);
  return phrases(written).map((phrase) => calendar.parse(phrase, zone));
}

function checkWays({ frequency, cron, every, preferredTime, days }: ScheduleInput): void {
  const ways = [frequency, cron, every].filter((way) => way !== undefined).length;
  if (ways !== 1) {
    throw refuse(
      ways === 0 ? 'this schedule does not say when' : 'this schedule says when in more than one way',
      'write one of "frequency", "cron" and "every"',
    );
  }
  if (frequency === undefined && (preferredTime !== undefined || days !== undefined)) {
    throw refuse('"preferredTime" and "days" belong to "frequency"', 'remove them, or write "frequency" instead');
  }
}

/** The same schedule as the phrases that mean it: the calendar's grammar is the only one. */
function phrases({ frequency, cron, every, preferredTime, days }: ScheduleInput): readonly string[] {
  if (cron !== undefined) return [`cron: ${cron}`];
  if (every !== undefined) return [`every ${every}`];
  const at = preferredTime === undefined ? '' : ` at ${preferredTime}`;
  const wanted = list(days);
  if (frequency === undefined || wanted.length === 0) return [`${frequency}${at}`];
  if (frequency === 'monthly') return wanted.map((day) => `monthly on ${monthDay(day)}${at}`);
  if (frequency === 'weekly') return [`weekly on ${wanted.map(weekday).join(',')}${at}`];
  throw refuse(`"days" has no meaning for ${frequency}`, 'remove it, or write frequency: weekly');
}

type Day = NonNullable<Exclude<ScheduleInput['days'], readonly unknown[]>>;

const isWeekday = (day: Day): boolean => weekdays.some((name) => name === day);

function weekday(day: Day): Day {
  if (isWeekday(day)) return day;
  throw refuse(`"${day}" is not a day of the week`, `use ${weekdays.join(', ')}`);
}

function monthDay(day: Day): Day {
  if (!isWeekday(day)) return day;
  throw refuse(`"${day}" is not a day of the month`, 'write 1 to 31, last, or last Fri');
}
