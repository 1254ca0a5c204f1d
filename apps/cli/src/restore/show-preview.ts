import type { RestoreCounts } from '@umbracore/contracts';
import { plannedEvents } from '@umbracore/runtime/documents';
import type { PreparedRestore, RestorePlan } from '@umbracore/runtime/restore';
import { formatCount, formatQuantity, formatSize } from '../output/sizes.ts';
import { printable } from '../output/printable.ts';
import { calendarTime } from '../output/times.ts';
import type { Session } from '../session.ts';
import { sayEvent } from './events.ts';

const listedNewer = 5;
const listedVerbose = 200;

type Fate = keyof RestoreCounts;

const rows: readonly { readonly action: Fate; readonly sign: string; readonly text: string }[] = [
  { action: 'create', sign: '+', text: 'to create' },
  { action: 'replace', sign: '~', text: 'to replace' },
  { action: 'beside', sign: '+', text: 'to put beside yours' },
  { action: 'keep', sign: '=', text: 'to keep as you have them' },
  { action: 'unchanged', sign: '=', text: 'unchanged' },
  { action: 'remove', sign: '-', text: 'to remove' },
];

/** What a restore would do, before it does anything: the answer of a dry run, and what a person agrees to. */
export function showPreview(session: Session, prepared: PreparedRestore): void {
  const { plan, request } = prepared;
  if (session.json) {
    for (const event of plannedEvents(prepared)) sayEvent(session, event);
    return;
  }
  const { style } = session.stdout;
  const place = request.target === undefined ? 'to where it came from' : `into ${printable(request.target)}`;
  session.say(`${style.bold('Preview')} (nothing written yet)  ${place}`);
  const width = Math.max(...rows.map(({ action }) => formatCount(plan.counts[action]).length));
  for (const { action, sign, text } of rows) {
    const count = plan.counts[action];
    if (count === 0) continue;
    const size = formatSize(plan.bytes[action]);
    session.say(
      `  ${colourOf(session, action)(sign)} ${formatCount(count).padStart(width)} ${text.padEnd(24)}  ${size}`,
    );
  }
  if (session.verbosity > 0) showEntries(session, plan);
  showRemovals(session, prepared);
  showNewer(session, plan);
  showRoom(session, prepared);
}

/** What is to go is never a mere number. */
function showRemovals(session: Session, { extras: { removals, spared }, removesAtMost, plan }: PreparedRestore): void {
  const { style } = session.stdout;
  const most = session.verbosity > 0 ? listedVerbose : listedNewer;
  for (const { place, folder, files } of removals.slice(0, most)) {
    const what = folder === true ? `/  ${formatQuantity(files, 'file')}` : '';
    session.say(`    ${style.red('-')} ${printable(place)}${what}`);
  }
  if (removals.length > most) session.say(`      and ${formatCount(removals.length - most)} more: -v, or --json`);
  for (const { path, reason } of spared.slice(0, most))
    session.say(style.dim(`    = ${printable(path)}  stays: ${printable(reason)}`));
  if (spared.length > most) session.say(style.dim(`      and ${formatCount(spared.length - most)} more that stay`));
  if (plan.counts.remove > removesAtMost) {
    const text = `more files would be removed than the ${formatCount(removesAtMost)} that may be unasked`;
    session.say(style.red(`  ${session.signs.attention} ${text}`));
  }
}

function showNewer(session: Session, { newer }: RestorePlan): void {
  if (newer.length === 0) return;
  const when = (instant: number): string => calendarTime(instant, session.now());
  session.say(
    session.stdout.style.yellow(`  ${session.signs.attention} yours ${newer.length === 1 ? 'is' : 'are'} newer:`),
  );
  for (const { target, entry } of newer.slice(0, listedNewer)) {
    session.say(`      ${printable(target)}  (the snapshot has ${when(entry.modifiedAt)})`);
  }
  if (newer.length > listedNewer) session.say(`      and ${newer.length - listedNewer} more: -v`);
}

/** It is all written once before anything is replaced, so there has to be room for both. */
function showRoom(session: Session, { stages, obstacles }: PreparedRestore): void {
  const { style } = session.stdout;
  for (const { bytes, freeBytes } of stages) {
    const text = `  takes ${formatSize(bytes)} of the ${formatSize(freeBytes)} that are free`;
    if (bytes > freeBytes) session.say(style.red(`  ${session.signs.bad}${text}: there is no room`));
    else if (bytes > 0) session.say(style.dim(text));
  }
  for (const { path, what } of obstacles.slice(0, listedNewer)) {
    session.say(style.red(`  ${session.signs.bad} in the way: ${printable(path)} (a ${what})`));
  }
}

function showEntries(session: Session, { entries }: RestorePlan): void {
  for (const { action, target } of entries.slice(0, listedVerbose)) {
    const sign = rows.find((row) => row.action === action)?.sign ?? '';
    session.say(`    ${colourOf(session, action)(sign)} ${printable(target)}`);
  }
  if (entries.length > listedVerbose)
    session.say(`    and ${formatCount(entries.length - listedVerbose)} more: --json`);
}

function colourOf({ stdout: { style } }: Session, action: Fate): (text: string) => string {
  switch (action) {
    case 'create':
    case 'beside':
      return style.green;
    case 'replace':
      return style.yellow;
    case 'remove':
      return style.red;
    case 'keep':
    case 'unchanged':
      return style.dim;
  }
}
