import { UmbraError } from '@umbracore/contracts';
import { CronExpressionParser } from 'cron-parser';
import { bits, type NamedDates } from './named-dates.ts';
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
  const days = {
    months: bits(month.values),
    monthDays: bits(dayOfMonth.values.filter((value) => typeof value === 'number')),
    lastDay: dayOfMonth.values.includes('L'),
    both: isOpen(dayText) || isOpen(weekdayText),
  };
  return {
    counts: repeats ? 'each-instant' : 'each-date',
    minutes: hour.values.flatMap((hour) => minute.values.map((minute) => hour * 60 + minute)),
    dates: { ...days, ...weekdays(dayOfWeek.values, dayOfWeek.nthDay) },
  };
}

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

/** `5`, `5L`, or `5` with a separate number of the week; 7 is Sunday too. */
function weekdays(
  values: readonly (number | string)[],
  nth: number,
): Pick<NamedDates, 'weekdays' | 'lastWeekdays' | 'nth'> {
  const texts = values.map(String);
  const numbers = (texts: readonly string[]) => bits(texts.map((text) => Number.parseInt(text, 10) % 7));
  return {
    weekdays: numbers(texts.filter((text) => !text.endsWith('L'))),
    lastWeekdays: numbers(texts.filter((text) => text.endsWith('L'))),
    nth,
  };
}
