import { UmbraError } from '@umbracore/contracts';
import { CronExpressionParser } from 'cron-parser';
import type { CivilDate } from './civil.ts';
import type { WallRule } from './rule.ts';

const nicknames: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
};

const fieldNames = ['minute', 'hour', 'day of month', 'month', 'day of week'] as const;

/**
 * Reads five cron fields. Only reading is left to cron-parser (5.10.5): its own search for the next run loses days where the
 * clock leaps half an hour.
 *
 * As in Vixie cron a date has to match both day fields if one of them starts with `*`, else either. Throws
 * `schedule.syntax`.
 */
export function cronRule(expression: string): WallRule {
  const texts = fieldTexts(expression);
  const { minute, hour, dayOfMonth, month, dayOfWeek } = readFields(texts, expression);
  const [minuteText, hourText, dayText, , weekdayText] = texts;
  const repeats = isPattern(minuteText) || isPattern(hourText);
  const monthDay = monthDayTest(dayOfMonth.values);
  const weekday = weekdayTest(dayOfWeek.values, dayOfWeek.nthDay);
  const months = new Set<number>(month.values);
  const both = isOpen(dayText) || isOpen(weekdayText);
  return {
    counts: repeats ? 'each-instant' : 'each-date',
    minutes: hour.values.flatMap((hour) => minute.values.map((minute) => hour * 60 + minute)),
    date: (date) =>
      months.has(date.month) && (both ? monthDay(date) && weekday(date) : monthDay(date) || weekday(date)),
  };
}

type DateTest = (date: CivilDate) => boolean;
type FieldTexts = readonly [string, string, string, string, string];

function fieldTexts(expression: string): FieldTexts {
  const trimmed = expression.trim();
  const [minute, hour, day, month, weekday, ...more] = (nicknames[trimmed.toLowerCase()] ?? trimmed).split(/\s+/);
  if (minute === undefined || hour === undefined || day === undefined || month === undefined || weekday === undefined) {
    throw syntaxError(expression, 'a cron expression has five fields', undefined);
  }
  if (more.length > 0)
    throw syntaxError(expression, 'a cron expression has five fields; seconds are not known', undefined);
  return [minute, hour, day, month, weekday];
}

function readFields(texts: FieldTexts, expression: string): ReturnType<typeof CronExpressionParser.parse>['fields'] {
  // The library takes H for a number by chance, another one each time.
  const byChance = texts.findIndex((text) => /(?:^|[,-])h(?:$|[(/,-])/i.test(text));
  if (byChance !== -1) throw syntaxError(expression, `the ${fieldNames[byChance]} may not be H`, byChance);
  try {
    return CronExpressionParser.parse(texts.join(' ')).fields;
  } catch (cause) {
    const wrong = texts.findIndex((_, index) => !isReadable(texts, index));
    const where = fieldNames[wrong];
    const problem = where === undefined ? 'no date is like this' : `the ${where} "${texts[wrong]}" is not valid`;
    throw syntaxError(expression, problem, where === undefined ? undefined : wrong, cause);
  }
}

/** Whether one field can be read alone: the library's own message does not tell which one it means. */
function isReadable(texts: FieldTexts, index: number): boolean {
  try {
    CronExpressionParser.parse(texts.map((text, at) => (at === index ? text : '*')).join(' '));
    return true;
  } catch {
    return false;
  }
}

function syntaxError(expression: string, problem: string, field: number | undefined, cause?: unknown): UmbraError {
  const starts = [...expression.matchAll(/\S+/g)];
  const at = field === undefined ? undefined : starts[field];
  return new UmbraError('schedule.syntax', problem, {
    hint: 'Write minute, hour, day of month, month and day of week, such as "cron: 0 2 * * *".',
    context: { text: expression, column: (at?.index ?? 0) + 1, length: at?.[0].length ?? expression.length },
    cause,
  });
}

/** A star or a step, such as `8-18/2`: means "as often as the clock shows it" and not "these times of the day". */
function isPattern(text: string): boolean {
  return /[*?/]/.test(text);
}

function isOpen(text: string): boolean {
  return /^[*?]/.test(text);
}

function monthDayTest(values: readonly (number | string)[]): DateTest {
  const days = new Set(values);
  return ({ day, daysInMonth }) => days.has(day) || (day === daysInMonth && days.has('L'));
}

function weekdayTest(values: readonly (number | string)[], nth: number): DateTest {
  const tests = values.map((value) => oneWeekdayTest(String(value), nth));
  return (date) => tests.some((test) => test(date));
}

/** `5`, `5L`, or `5` with a separate number of the week; 7 is Sunday too. */
function oneWeekdayTest(value: string, nth: number): DateTest {
  const wanted = Number.parseInt(value, 10) % 7;
  if (value.endsWith('L')) return ({ weekday, day, daysInMonth }) => weekday === wanted && day > daysInMonth - 7;
  return ({ weekday, day }) => weekday === wanted && (nth === 0 || Math.ceil(day / 7) === nth);
}
