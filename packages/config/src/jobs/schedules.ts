import { isTimeZone, UmbraError, type Calendar, type CatchUp, type Period, type Schedule } from '@umbracore/contracts';
import { builtInCatchUp } from '../built-in.ts';
import { failure, type Failure } from '../report/failure.ts';
import type { Path } from '../reading/path.ts';
import { list } from '../list.ts';
import { weekdays, type CatchUpInput, type ScheduleInput } from '../schema/schedule.ts';
import { parseDuration } from '../units.ts';

const refuse = (message: string, hint: string): UmbraError => new UmbraError('schedule.syntax', message, { hint });

/** Throws `schedule.zone` if the machine knows no such zone. */
export function checkZone(zone: string): void {
  if (isTimeZone(zone)) return;
  const message = `"${zone}" is not a time zone`;
  throw new UmbraError('schedule.zone', message, { hint: 'write an IANA name, such as Europe/London' });
}

export interface ReadSchedules {
  readonly schedules: readonly Schedule[];
  /** What was not understood, each with its place inside of what was read. */
  readonly faults: readonly { readonly failure: Failure; readonly path: Path }[];
}

/** Reads one schedule as it is written; several days of a month give several. */
export function readSchedules(written: string | ScheduleInput, timezone: string, calendar: Calendar): ReadSchedules {
  const schedules: Schedule[] = [];
  const faults: { readonly failure: Failure; readonly path: Path }[] = [];
  const read = (path: Path, reading: () => void): void => {
    const wrong = failure(reading);
    if (wrong !== undefined) faults.push({ failure: wrong, path });
  };
  if (typeof written === 'string') {
    read([], () => schedules.push(calendar.parse(written, timezone)));
    return { schedules, faults };
  }
  const zone = written.zone ?? timezone;
  read(['zone'], () => checkZone(zone));
  const periods = (key: 'window' | 'blackouts'): readonly Period[] => {
    const result: Period[] = [];
    for (const [index, text] of list(written[key]).entries())
      read([key, index], () => result.push(calendar.parsePeriod(text)));
    return result;
  };
  const windows = periods('window');
  const blackouts = periods('blackouts');
  const rules = {
    ...(windows.length === 0 ? {} : { windows }),
    ...(blackouts.length === 0 ? {} : { blackouts }),
    ...(written.jitter === undefined ? {} : { jitterMs: parseDuration(written.jitter) }),
    ...(written.catchUp === undefined ? {} : { catchUp: toCatchUp(written.catchUp, read) }),
  };
  // A zone that is unknown is reported once, not by the calendar as well.
  if (faults.some(({ path }) => path[0] === 'zone')) return { schedules, faults };
  read([], () => {
    checkWays(written);
    for (const phrase of phrases(written)) schedules.push({ ...calendar.parse(phrase, zone), ...rules });
  });
  read(['blackouts'], () => checkOpens(schedules[0], calendar));
  return { schedules, faults };
}

/** Refuses blackouts that leave nothing of the week. What dates close is over some day, and no fault of the configuration. */
function checkOpens(schedule: Schedule | undefined, calendar: Calendar): void {
  const everyWeek = (periods: readonly Period[] = []): readonly Period[] =>
    periods.filter(({ type }) => type === 'weekly');
  const { windows = [], blackouts } = schedule ?? {};
  const closing = everyWeek(blackouts);
  if (schedule === undefined || closing.length === 0 || everyWeek(windows).length < windows.length) return;
  if (calendar.opening({ ...schedule, blackouts: closing }, 0) !== undefined) return;
  throw refuse(
    windows.length === 0 ? 'these blackouts leave no time to start' : 'these blackouts leave nothing of the windows',
    'shorten them, or write manual if it is to start on request only',
  );
}

function toCatchUp(written: CatchUpInput, read: (path: Path, reading: () => void) => void): CatchUp {
  const {
    policy = builtInCatchUp.policy,
    atMost,
    within,
  } = typeof written === 'string' ? { policy: written } : written;
  read(['catchUp', 'atMost'], () => {
    if (atMost !== undefined && policy !== 'run-all') throw refuse('"atMost" belongs to run-all', 'remove it');
  });
  read(['catchUp', 'within'], () => {
    if (within !== undefined && policy === 'skip') throw refuse('skip makes up for nothing', 'remove "within"');
  });
  return {
    policy,
    atMost: atMost ?? builtInCatchUp.atMost,
    withinMs: within === undefined ? undefined : parseDuration(within),
  };
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
