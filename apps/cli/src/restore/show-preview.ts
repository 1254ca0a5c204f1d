import { formatCount, formatSize } from '../output/sizes.ts';
import { printable } from '../output/printable.ts';
import { calendarTime } from '../output/times.ts';
import type { Session } from '../session.ts';
import type { PlannedAction, RestorePreview } from './preview.ts';

const listedNewer = 5;
const listedVerbose = 200;

const rows: readonly { readonly action: PlannedAction; readonly sign: string; readonly text: string }[] = [
  { action: 'create', sign: '+', text: 'to create' },
  { action: 'replace', sign: '~', text: 'to replace' },
  { action: 'keep', sign: '=', text: 'to keep as you have them' },
  { action: 'unchanged', sign: '=', text: 'unchanged' },
];

/** What a restore would do, before it does anything: the answer of a dry run, and what a person agrees to. */
export function showPreview(session: Session, preview: RestorePreview, target: string): void {
  if (session.json) return showEvents(session, preview);
  const { style } = session.stdout;
  const place = target === '/' ? 'to where it came from' : `into ${printable(target)}`;
  session.say(`${style.bold('Preview')} (nothing written yet)  ${place}`);
  const width = Math.max(...rows.map(({ action }) => formatCount(preview.counts[action]).length));
  for (const { action, sign, text } of rows) {
    const count = preview.counts[action];
    if (count === 0) continue;
    const size = formatSize(preview.bytes[action]);
    session.say(
      `  ${colourOf(session, action)(sign)} ${formatCount(count).padStart(width)} ${text.padEnd(24)}  ${size}`,
    );
  }
  if (session.verbosity > 0) showEntries(session, preview);
  showNewer(session, preview);
}

function showNewer(session: Session, { newer }: RestorePreview): void {
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

function showEntries(session: Session, { entries }: RestorePreview): void {
  for (const { action, target } of entries.slice(0, listedVerbose)) {
    const sign = rows.find((row) => row.action === action)?.sign ?? '';
    session.say(`    ${colourOf(session, action)(sign)} ${printable(target)}`);
  }
  if (entries.length > listedVerbose)
    session.say(`    and ${formatCount(entries.length - listedVerbose)} more: --json`);
}

function colourOf({ stdout: { style } }: Session, action: PlannedAction): (text: string) => string {
  switch (action) {
    case 'create':
      return style.green;
    case 'replace':
      return style.yellow;
    case 'keep':
    case 'unchanged':
      return style.dim;
  }
}

function showEvents({ stdout }: Session, { entries }: RestorePreview): void {
  for (const { action, target, entry, yoursIsNewer } of entries) {
    const event = { type: 'restore.planned', action, path: target, size: entry.size, yoursIsNewer };
    stdout.line(JSON.stringify({ schema: 'umbra.event/1', ...event }));
  }
}
