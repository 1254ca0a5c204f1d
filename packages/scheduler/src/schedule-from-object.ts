import { type Schedule, UmbraError } from '@umbracore/contracts';
import { calendar } from './calendar.ts';

/** A schedule as it stands in a configuration. Exactly one of `frequency`, `every` and `cron`. */
export interface ScheduleObject {
  readonly frequency?: 'manual' | 'hourly' | 'daily' | 'weekly' | 'monthly' | undefined;
  /** Time of day such as `02:00`; of `hourly` the minute, such as `:15`. */
  readonly preferredTime?: string | undefined;
  /** Of `weekly` the weekdays (`Sun`), of `monthly` the one day (`1`, `last`, `last Fri`). */
  readonly days?: readonly (string | number)[] | undefined;
  /** An interval such as `6h`. */
  readonly every?: string | undefined;
  /** Five cron fields. */
  readonly cron?: string | undefined;
}

/** Reads a schedule written as an object. Throws as `Calendar.parse` does; the text in the context is the phrase it means. */
export function scheduleFromObject(object: ScheduleObject, zone: string): Schedule {
  const { frequency, every, cron } = object;
  const given = Object.entries({ frequency, every, cron }).filter(([, value]) => value !== undefined);
  if (given.length !== 1) {
    const names = given.map(([name]) => name).join(' and ');
    throw invalid(given.length === 0 ? 'the schedule says nothing about when' : `the schedule has ${names}`);
  }
  return calendar.parse(phraseOf(object), zone);
}

function phraseOf({ frequency, preferredTime, days = [], every, cron }: ScheduleObject): string {
  const fits = frequency === 'weekly' || frequency === 'monthly';
  if (days.length > 0 && !fits) throw invalid('days belong to weekly and monthly schedules');
  if (frequency === undefined || frequency === 'manual') {
    if (preferredTime !== undefined) throw invalid('preferredTime belongs to schedules with a frequency');
    return frequency ?? (cron === undefined ? `every ${every}` : `cron: ${cron}`);
  }
  const on = days.length === 0 ? '' : ` on ${days.join(',')}`;
  return `${frequency}${on}${preferredTime === undefined ? '' : ` at ${preferredTime}`}`;
}

function invalid(message: string): UmbraError {
  return new UmbraError('schedule.syntax', message, { hint: 'Give exactly one of frequency, every and cron.' });
}
