import type { SimulatedRun } from '@umbracore/runtime/history';
import { formatDuration } from '../output/durations.ts';
import { printable } from '../output/printable.ts';
import { formatCount } from '../output/sizes.ts';
import { calendarTime } from '../output/times.ts';
import { zonedTime } from '../output/zoned-times.ts';
import type { Session } from '../session.ts';
import { isOutside } from './outside-windows.ts';
import type { Conflict, Lane, Preview } from './preview.ts';

/** So many conflicts are told in words. */
const listed = 10;
/** Nobody plans another time for less than that. */
const leastWaitMs = 1000;

/** By day in the configured zone: when, what, and what is worth knowing about it. */
export function sayPreview(session: Session, preview: Preview, zone: string, count: number): void {
  const { outside, conflicts, clockChanges } = preview;
  const lanes = preview.lanes.filter(({ run }) => !isOutside(run));
  const shown = lanes.slice(0, count);
  let lastDate = '';
  const rows = shown.map((lane) => {
    const { date, time } = zonedTime(lane.run.slotAt, zone);
    const isNew = date !== lastDate || session.globals.plain === true;
    lastDate = date;
    return [isNew ? date : '', time, laneText(session, lane), lane.shortLimits, remarkOn(lane.run, zone)];
  });
  if (rows.length === 0) session.say('Nothing becomes due by itself in this time.');
  session.sayTable(
    ['', `in ${zone}`, '', '', ''].map((title) => ({ title })),
    rows,
  );
  if (lanes.length > shown.length) session.say(`and ${formatCount(lanes.length - shown.length)} more: --count`);
  for (const { job, text } of outside) session.notice(`${printable(job)}: ${text}.`);
  const changes = clockChanges.map(
    ({ zone: name, at, before, after }) => `${name} ${calendarTime(at, session.now())}, ${before} to ${after}`,
  );
  session.notice(`Clock changes in this time: ${changes.join('; ') || 'none'}.`);
  sayConflicts(session, conflicts, zone);
}

function laneText({ signs, stdout: { style } }: Session, { run, job, stages }: Lane): string {
  const upstream = [...new Set((job.after ?? []).map((edge) => edge.job))];
  const after = run.trigger === 'chain' && upstream.length > 0 ? ` (after ${upstream.join(' or ')})` : '';
  const where = run.repository === '' ? '' : ` ${signs.arrow} ${run.repository}`;
  const steps = stages.map((stage) => ` ${signs.step} ${stage.join(' + ')}`).join('');
  return `${style.bold(printable(run.job))}${printable(`${where}${steps}${after}`)}`;
}

/** What is not as its time says. */
function remarkOn({ slotAt, readyAt, startedAt, outcome, because }: SimulatedRun, zone: string): string {
  if (because !== null) return `${outcome ?? ''}: ${because.text}`;
  if (startedAt === null) return 'would still wait at the end';
  const time = (instant: number): string => zonedTime(instant, zone).time;
  if (startedAt - readyAt >= leastWaitMs)
    return `would start ${time(startedAt)}, after waiting ${formatDuration(startedAt - readyAt)}`;
  const isSameMinute = Math.floor(readyAt / 60_000) === Math.floor(slotAt / 60_000);
  return isSameMinute ? '' : `would start ${time(readyAt)}`;
}

function sayConflicts(session: Session, conflicts: readonly Conflict[], zone: string): void {
  const worthTelling = conflicts.filter(({ waitsMs }) => waitsMs >= leastWaitMs);
  if (worthTelling.length === 0) return session.notice('Conflicts: none.');
  session.notice('Conflicts');
  for (const { run, label, withLabels, text, waitsMs } of worthTelling.slice(0, listed)) {
    const { date, time } = zonedTime(run.readyAt, zone);
    const wait = `${label} waits ${formatDuration(waitsMs)} for ${withLabels.join(', ') || 'room'}`;
    session.notice(`  ${date} ${time}  ${printable(wait)}: ${printable(text)}`);
  }
  if (worthTelling.length > listed) session.notice(`  and ${formatCount(worthTelling.length - listed)} more`);
}
