import { isTimeZone, isUmbraError, UmbraError } from '@umbracore/contracts';
import type { Action } from '../command.ts';
import type { ScheduleCheckFlags } from '../commands/schedule.ts';
import { calendar, readConfiguration, systemTimezone } from '../doors/configuration.ts';
import { printable } from '../output/printable.ts';
import { relativeTime } from '../output/times.ts';
import { zonedTime } from '../output/zoned-times.ts';
import { checkText, type CheckedText } from '../schedule/check.ts';
import type { Session } from '../session.ts';

const defaultCount = 5;

export const check: Action<ScheduleCheckFlags> = async (session, words, flags) => {
  const text = words.join(' ');
  const { from = session.now(), count = defaultCount } = flags;
  const zone = await zoneOf(session, flags.zone);
  const checked = checkText(calendar, text, { zone, from, count });
  if (session.json) return session.document('schedule-check', checkDocument(text, zone, checked));
  const { style } = session.stdout;
  session.say(`${style.green(session.signs.good)} ${style.bold(printable(text))}  ${checked.sentence}; ${zone}`);
  const rows = timesOf(checked).map(([start, end], index) => [
    index === 0 ? '  next' : '',
    stretchText(zone, start, end),
    [start, end].filter(isFinite).map(utc).join(' to '),
    relativeTime(start, session.now()),
  ]);
  const columns = ['', `in ${zone}`, 'UTC', ''].map((title) => ({ title }));
  if (rows.length > 0) session.sayTable(columns, rows);
  else session.say('  it never comes by itself');
};

/** Of an instant only the start. */
const timesOf = (checked: CheckedText): readonly (readonly [number, number])[] =>
  checked.type === 'schedule'
    ? checked.instants.map((at) => [at, Infinity] as const)
    : checked.stretches.map(({ from, to }) => [from, to] as const);

const isFinite = (instant: number): boolean => instant !== Infinity;
const utc = (instant: number): string => new Date(instant).toISOString().replace(/\.\d+Z$/, 'Z');

function stretchText(zone: string, start: number, end: number): string {
  const [from, to] = [start, end].filter(isFinite).map((instant) => zonedTime(instant, zone));
  if (from === undefined) return '';
  const begin = `${from.date} ${from.time}`;
  if (to === undefined) return `${begin} ${from.offset}`;
  const sameDay = to.date === from.date ? to.time : `${to.date} ${to.time}`;
  return `${begin} to ${sameDay} ${to.offset}`;
}

function checkDocument(text: string, zone: string, checked: CheckedText) {
  const at = (instant: number) => ({ at: zonedTime(instant, zone).timestamp, utc: utc(instant) });
  const next = checked.type === 'schedule' ? checked.instants.map(at) : [];
  const stretches = checked.type === 'schedule' ? [] : checked.stretches;
  return {
    text,
    type: checked.type,
    sentence: checked.sentence,
    zone,
    next,
    stretches: stretches.map(({ from, to }) => ({ from: at(from), to: isFinite(to) ? at(to) : null })),
  };
}

/** The zone that a schedule would have if it were written into the configuration. One that cannot be read keeps nobody from asking. */
async function zoneOf(session: Session, asked: string | undefined): Promise<string> {
  if (asked !== undefined) {
    if (isTimeZone(asked)) return asked;
    const hint = 'Give an IANA name such as Europe/London.';
    throw new UmbraError('schedule.zone', `there is no time zone "${asked}"`, { hint });
  }
  try {
    return (await readConfiguration(session.place())).timezone;
  } catch (error) {
    if (!isUmbraError(error)) throw error;
    return systemTimezone(session.env['TZ']);
  }
}
