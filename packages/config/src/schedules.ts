import {
  UmbraError,
  type Calendar,
  type MonthDay,
  type Recurrence,
  type Schedule,
  type WallTime,
  type Weekday,
} from '@umbracore/contracts';
import { weekdays, type ScheduleInput } from './schema.ts';
import { parseDuration } from './units.ts';

const defaultTime = '02:00';

const list = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? (value as readonly T[]) : [value as T];

function wallTime(text: string): WallTime {
  const [hour = '', minute = ''] = text.split(':');
  return { hour: Number(hour), minute: Number(minute) };
}

const refuse = (message: string, hint: string): UmbraError => new UmbraError('schedule.syntax', message, { hint });

/** Throws `schedule.zone` if the machine knows no such zone. */
export function checkZone(zone: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone }).format(0);
  } catch (cause) {
    const message = `"${zone}" is not a time zone`;
    throw new UmbraError('schedule.zone', message, { hint: 'write an IANA name, such as Europe/London', cause });
  }
}

/** Reads one schedule as it is written. Throws `schedule.*` and `config.invalid-value`. */
export function toSchedules(
  written: string | ScheduleInput,
  timezone: string,
  calendar: Calendar,
): readonly Schedule[] {
  if (typeof written === 'string') return [calendar.parse(written, timezone)];
  const zone = written.zone ?? timezone;
  checkZone(zone);
  const { frequency, cron, every } = written;
  const ways = [frequency, cron, every].filter((way) => way !== undefined).length;
  if (ways !== 1) {
    throw refuse(
      ways === 0 ? 'this schedule does not say when' : 'this schedule says when in more than one way',
      'write one of "frequency", "cron" and "every"',
    );
  }
  if (frequency === undefined && (written.preferredTime !== undefined || written.days !== undefined)) {
    throw refuse('"preferredTime" and "days" belong to "frequency"', 'remove them, or write "frequency" instead');
  }
  if (cron !== undefined) return [calendar.parse(`cron: ${cron}`, zone)];
  if (every !== undefined) {
    const everyMs = parseDuration(every);
    if (everyMs < 60_000) throw refuse(`every ${every} is too often`, 'write at least 1m');
    return [{ recurrence: { type: 'interval', everyMs }, zone, text: `every ${every}` }];
  }
  return recurrences(written).map(({ recurrence, text }) => ({ recurrence, zone, text }));
}

interface Worded {
  readonly recurrence: Recurrence;
  readonly text: string;
}

function recurrences({ frequency, preferredTime, days }: ScheduleInput): readonly Worded[] {
  const time = preferredTime ?? defaultTime;
  const at = wallTime(time);
  const wanted = list(days);
  switch (frequency) {
    case undefined:
      return [];
    case 'hourly':
    case 'daily': {
      if (wanted.length > 0)
        throw refuse(`"days" has no meaning for ${frequency}`, 'remove it, or write frequency: weekly');
      if (frequency === 'daily') return [{ recurrence: { type: 'daily', at }, text: `daily at ${clock(at)}` }];
      const minute = preferredTime === undefined ? 0 : at.minute;
      return [{ recurrence: { type: 'hourly', minute }, text: `hourly at :${String(minute).padStart(2, '0')}` }];
    }
    case 'weekly':
      return [weekly(wanted, at)];
    case 'monthly':
      return (wanted.length === 0 ? [1 as const] : wanted).map((day) => monthly(day, at));
    default:
      return frequency satisfies never;
  }
}

type Day = NonNullable<Exclude<ScheduleInput['days'], readonly unknown[]>>;

const clock = ({ hour, minute }: WallTime): string =>
  `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;

function weekly(wanted: readonly Day[], at: WallTime): Worded {
  const names = wanted.length === 0 ? ['Sun'] : wanted;
  const days = names.map((name): Weekday => {
    const index = weekdays.findIndex((day) => day === name);
    if (index === -1) throw refuse(`"${name}" is not a day of the week`, `use ${weekdays.join(', ')}`);
    return index as Weekday;
  });
  const sorted = [...new Set(days)].sort();
  const text = `weekly on ${sorted.map((day) => weekdays[day]).join(', ')} at ${clock(at)}`;
  return { recurrence: { type: 'weekly', days: sorted, at }, text };
}

function monthly(wanted: Day, at: WallTime): Worded {
  if (typeof wanted === 'string' && wanted !== 'last') {
    throw refuse(`"${wanted}" is not a day of the month`, 'write 1 to 31, or last');
  }
  const day: MonthDay = wanted;
  return { recurrence: { type: 'monthly', day, at }, text: `monthly on ${wanted} at ${clock(at)}` };
}
