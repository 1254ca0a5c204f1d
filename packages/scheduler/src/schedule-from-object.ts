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
  return calendar.parse(phraseOf(object), zone);
}

function phraseOf({ frequency, preferredTime, days = [], every, cron }: ScheduleObject): string {
  if ([frequency, every, cron].filter((one) => one !== undefined).length !== 1) {
    throw invalid('a schedule has exactly one of frequency, every and cron', 'Keep the one that you mean.');
  }
  if (days.length > 0 && frequency !== 'weekly' && frequency !== 'monthly') {
    throw invalid('only a weekly or monthly schedule has days', 'Leave days out.');
  }
  if (days.length > 1 && frequency === 'monthly') {
    throw invalid('a monthly schedule has one day', 'Use cron for several days of a month.');
  }
  if (frequency === undefined || frequency === 'manual') {
    if (preferredTime !== undefined) throw invalid('only a frequency has a preferredTime', 'Leave preferredTime out.');
    return frequency ?? (cron === undefined ? `every ${every}` : `cron: ${cron}`);
  }
  const on = days.length === 0 ? '' : ` on ${days.join(',')}`;
  return `${frequency}${on}${preferredTime === undefined ? '' : ` at ${preferredTime}`}`;
}

function invalid(message: string, hint: string): UmbraError {
  return new UmbraError('schedule.syntax', message, { hint });
}
